"""How models are made: training data, folds, fitting, figures. Needs `coalitie[train]`."""
