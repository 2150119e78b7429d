from alignc import model_contract

from features.shop import Orders

order = Orders()


@model_contract(name="m", input_features=[order.total_amount])
class M:
    pass
