"""Programs that judge the stored predictions of a model by what came true."""
