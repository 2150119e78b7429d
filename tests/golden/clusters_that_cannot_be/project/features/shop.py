from alignc import *


@feature_view(name="users", source=FileSource.csv_at("users.csv"))
class Users:
    user = Int64().as_entity()
    age = Int32()
    city = String()
    score = Float()


@feature_view(name="accounts", source=FileSource.csv_at("accounts.csv"))
class Accounts:
    account = Int64().as_entity()
    group = Int64().is_cluster()


users = Users()


@model_contract(name="texts", input_features=[users.city])
class Texts:
    user = Int64().as_entity()
    group = Int64().is_cluster()


@model_contract(name="segments", input_features=[users.age, users.city])
class Segments:
    user = Int64().as_entity()
    made_at = EventTimestamp()
    of_text = Int64().is_cluster([users.age, users.city])
    of_no_input = Int64().is_cluster(features=[users.score])
    of_no_list = String().is_cluster(features=users.age)
    of_nothing = String().is_cluster(features=[])
    of_names = String().is_cluster(features=["age"])
    version = String().is_cluster().as_model_version()
    fine = Int64().is_cluster()
