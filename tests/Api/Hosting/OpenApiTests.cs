using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Signalbox.Api.Dialects;

namespace Signalbox.Api.Tests.Hosting;

public sealed class OpenApiTests
{
    private static readonly string[] ServedForBrowsers = ["OPTIONS /collect"];
    private static readonly string[] Itself = ["GET /openapi/{documentName}.json"];

    [Fact]
    public async Task The_document_lists_every_route()
    {
        await using var api = await ApiHost.Start();
        var document = (await api.Get("/openapi/v1.json")).Json;
        var listed = from path in document["paths"]!.AsObject()
                     from method in path.Value!.AsObject()
                     select $"{method.Key.ToUpperInvariant()} {path.Key}";
        var served = from source in api.Server.Services.GetServices<EndpointDataSource>()
                     from endpoint in source.Endpoints.OfType<RouteEndpoint>()
                     from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
                     select $"{method} {endpoint.RoutePattern.RawText}";

        Assert.Equal(served.Except(ServedForBrowsers).Except(Itself).Order(), listed.Order());
    }

    [Fact]
    public async Task Every_body_has_a_schema_and_every_reference_a_target()
    {
        await using var api = await ApiHost.Start();
        var document = (await api.Get("/openapi/v1.json")).Json;
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(method => method.Value!).ToList();

        Assert.NotEmpty(operations);
        foreach (var operation in operations)
        {
            Assert.NotEmpty((string?)operation["summary"] ?? "");
            var bodies = operation["responses"]!.AsObject().Select(response => response.Value!["content"]).Append(operation["requestBody"]?["content"]);
            foreach (var media in bodies.OfType<JsonObject>().SelectMany(body => body)) Assert.NotNull(media.Value!["schema"]);
        }
        foreach (var reference in References(document)) Assert.NotNull(reference.TrimStart('#', '/').Split('/').Aggregate(document, (node, name) => node![name]!));
        Assert.Equal(["apiKey"], Security(document["paths"]!["/api/v1/events"]!["post"]!));
        Assert.Equal(["adminKey"], Security(document["paths"]!["/admin/v1/ledger"]!["get"]!));
    }

    [Fact]
    public async Task Its_examples_are_accepted_as_they_stand()
    {
        await using var api = await ApiHost.Start();
        var paths = (await api.Get("/openapi/v1.json")).Json["paths"]!;
        var e = paths["/api/v1/events"]!["post"]!["requestBody"]!["content"]!["application/json"]!["example"]!;
        var touch = paths["/collect"]!["post"]!["requestBody"]!["content"]!["application/json"]!["example"]!;

        Assert.Equal(201, (await api.Send(e)).Status);
        Assert.Equal(200, (await api.Collect(touch.ToJsonString())).Status);
    }

    /// <summary>Requests are read by hand; this holds the document to what the readers know.</summary>
    [Theory]
    [InlineData("/api/v1/events", null, typeof(Dialects.Signals.SignalsParser))]
    [InlineData("/api/v1/events", "payload", typeof(CommerceFields))]
    [InlineData("/api/v1/events", "user_data", typeof(PersonField))]
    [InlineData("/api/v1/events", "consent", typeof(ConsentField))]
    [InlineData("/collect", null, typeof(Tracking.CollectRequest))]
    public async Task Document_and_readers_know_the_same_fields(string path, string? member, Type reader)
    {
        await using var api = await ApiHost.Start();
        var schema = (await api.Get("/openapi/v1.json")).Json["paths"]![path]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!;
        if (member is not null) schema = schema["properties"]![member]!;
        var fields = reader.IsEnum ? reader : reader.GetNestedType("Field", System.Reflection.BindingFlags.NonPublic)!;
        var read = Enum.GetNames(fields).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

        Assert.Equal(read.Order(), (schema["oneOf"]?[1] ?? schema)["properties"]!.AsObject().Select(property => property.Key).Order());
    }

    [Fact]
    public async Task The_document_knows_every_member_of_a_found_event()
    {
        await using var api = await ApiHost.Start();
        var example = (await api.Get("/openapi/v1.json")).Json;
        var sent = example["paths"]!["/api/v1/events"]!["post"]!["requestBody"]!["content"]!["application/json"]!["example"]!.DeepClone().AsObject();
        (sent["url"], sent["referrer"], sent["plan"], sent["value"]) = ("https://shop.example/", "https://x.example/", "gold", 1);
        sent["consent"] = new JsonObject { ["granted"] = new JsonArray("marketing") };
        foreach (var name in new[] { "content_name", "content_category", "content_type", "search_string", "num_items" }) sent["payload"]![name] = "1";
        var found = await api.Accept(sent);
        var known = example["components"]!["schemas"]!;

        Assert.Equal(Names(known["FoundEventBody"]!["properties"]!), Names(found));
        Assert.Equal(Names(known["CanonicalEventBody"]!["properties"]!), Names(found["event"]!));
    }

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(member => member.Key).Order();

    private static IEnumerable<string> Security(JsonNode operation) => operation["security"]![0]!.AsObject().Select(scheme => scheme.Key);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member is { Key: "$ref", Value: JsonValue target } ? [(string)target!] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
