from features.b import x

y = 1
