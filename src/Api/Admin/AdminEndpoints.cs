using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Signalbox.Api.Dialects;
using Signalbox.Core.Destinations;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;

namespace Signalbox.Api.Admin;

/// <summary>What an operator asks: where is this event, and do the numbers add up.</summary>
internal sealed class AdminEndpoints(IConfigurationSource configuration, EventLookup lookup, Ledger ledger)
{
    public const string EventPath = "/admin/v1/containers/{id}/events/{event_id}";
    public const string LedgerPath = "/admin/v1/ledger";

    public async Task Event(HttpContext http)
    {
        var (id, eventId) = ((string)http.Request.RouteValues["id"]!, (string)http.Request.RouteValues["event_id"]!);
        if (configuration.Current.FindContainer(id) is not { } container)
        {
            await Problems.Write(http, StatusCodes.Status404NotFound, "Not found", "There is no such container.");
            return;
        }
        // Routing leaves an encoded slash as it is.
        eventId = eventId.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        // Ids that were personal data were hashed at the door, so they are looked for by their hash.
        if (await lookup.Find(container, Scrubber.Id(eventId)) is not { } state)
        {
            await Problems.Write(http, StatusCodes.Status404NotFound, "Not found", "The container's journal holds no such event.");
            return;
        }
        var view = new EventView(state.Id, container.Id, state.Seq, ToJson(state), [.. state.Deliveries.Select(DeliveryView.Of)]);
        await Write(http, view, AdminJson.Default.EventView);
    }

    public async Task Ledger(HttpContext http) => await Write(http, LedgerView.Of(await ledger.Read()), AdminJson.Default.LedgerView);

    private static JsonElement ToJson(EventState state)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            EventJson.Write(writer, state.Event, state.Event.EventId ?? state.Id, state.AcceptedAt);
        }
        return JsonElement.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static Task Write<T>(HttpContext http, T view, JsonTypeInfo<T> type) =>
        DetailAnswer.WriteJson(http, StatusCodes.Status200OK, JsonSerializer.SerializeToUtf8Bytes(view, type));
}
