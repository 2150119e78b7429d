"""Rich types, JSON and bytes, and what is computed from them."""

from alignc import *


@feature_view(name="people", source=FileSource.parquet_at("people.parquet"))
class People:
    """Who, where from, and what they sent."""

    id = Int64().as_entity()
    at = EventTimestamp()
    email = Email().is_required()
    page = Url()
    picture = ImageUrl().not_pii()
    phone = PhoneNumber()
    country = CountryCode()
    ip = IpAddress()
    lon = Longitude()
    lat = Latitude()
    payload = Json()
    photo = Binary()

    local_part = email.local_part().is_pii()
    domain = email.domain()
    scheme = page.scheme()
    host = page.host()
    port = page.port()
    path = page.path()
    query = picture.query()
    top_level = page.extract(r"^[a-z]+://[^/:]*\.([a-z]+)[/:]")
    version = ip.version()
    is_private = ip.is_private()
    from_oslo = Coordinate(lon, lat).haversine_distance((10.75, 59.91))
    from_origin = Coordinate(lon, lat).euclidean_distance(Coordinate(0, 0))
    name = payload.json_path_value_at("$.a", String())
    age = payload.json_path_value_at("a", Int32())
    height = payload.json_path_value_at("$.a", Float())
    is_new = payload.json_path_value_at("a", Bool())
    second = payload.json_path_value_at('$.a.b[1]."c d"', String())
    size = photo.length()
    domains = domain.aggregate().over(days=1).count_distinct()
