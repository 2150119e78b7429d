from features.a import y

x = 1
