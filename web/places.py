"""Regions to choose from."""

from __future__ import annotations

from service.rules import region as regions


def of_province(province: str) -> dict[str, str]:
    """Code → name: the province, its cities and their counties, each county after its city."""
    cities = regions.children(f"{province}0000")
    codes = [f"{province}0000", *(code for city in cities for code in (city, *regions.children(city)))]
    return {code: regions.full_name(code, " ") for code in codes}


def cities_of(province: str) -> dict[str, str]:
    return {code: regions.name(code) for code in (f"{province}0000", *regions.children(f"{province}0000"))}


def cities_and_provinces(province: str) -> dict[str, str]:
    """The cities of the province, it as a whole, and the other provinces."""
    return cities_of(province) | _others(province)


def everywhere(province: str) -> dict[str, str]:
    """The province with all that is in it, then the others by name only: experts live everywhere."""
    return of_province(province) | _others(province)


def _others(province: str) -> dict[str, str]:
    return {code: regions.name(code) for code in regions.provinces() if not code.startswith(province)}
