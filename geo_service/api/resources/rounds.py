"""Walking rounds as JSON and GeoJSON."""

from fastapi import APIRouter

from geo_service.api.asking import RoundId
from geo_service.api.dependencies import Serving, Speaking
from geo_service.api.fieldwork_schemas import LeftOutOut, RoundDetail, RoundList, RoundOut
from geo_service.api.geojson import FeatureCollection, GeoJSONResponse, round_features
from geo_service.api.schemas import NOT_FOUND
from geo_service.api.waiting import left_out_visits
from geo_service.tickets.visits import in_walking_order

router = APIRouter(prefix="/api/v1/rounds", tags=["rounds"])


@router.get("", summary="All rounds, and the visits left out")
def rounds(services: Serving, language: Speaking) -> RoundList:
    """Return the rounds in walking order; each visit left out says why."""
    with services.database.unit_of_work(write=False) as work:
        return RoundList(
            rounds=[RoundOut.of(walk) for walk in in_walking_order(work.rounds.all())],
            left_out=[LeftOutOut.of(left, language) for left in left_out_visits(work)],
        )


@router.get("/{round_id}", summary="One round, stop by stop", responses=NOT_FOUND)
def one_round(services: Serving, language: Speaking, round_id: RoundId) -> RoundDetail:
    """Return stops, legs and reasons of a round."""
    with services.database.unit_of_work(write=False) as work:
        return RoundDetail.of(work.rounds.get(round_id), language)


@router.get(
    "/{round_id}/geojson",
    summary="One round as GeoJSON",
    response_class=GeoJSONResponse,
    responses=NOT_FOUND,
)
def drawn_round(services: Serving, round_id: RoundId) -> FeatureCollection:
    """Return office, stops and legs as features, WGS 84."""
    with services.database.unit_of_work(write=False) as work:
        return round_features(work.rounds.get(round_id))
