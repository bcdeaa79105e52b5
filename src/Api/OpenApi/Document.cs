using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Signalbox.Api.OpenApi;

/// <summary>The OpenAPI document: one for all that is served.</summary>
internal static class Document
{
    public const string Name = "v1";
    public const string Path = "/openapi/{documentName}.json";

    private const string ApiKeyScheme = "apiKey";
    private const string AdminScheme = "adminKey";

    public static IServiceCollection AddDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        return services.AddOpenApi(Name, options =>
        {
            options.AddDocumentTransformer((document, _, _) => Describe(document));
            options.AddSchemaTransformer((schema, context, _) => ListValues(schema, context));
            options.AddOperationTransformer((operation, context, _) => Complete(operation, context));
        });
    }

    private static Task Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Signalbox",
            Version = "v1",
            Description = "Takes conversion events, joins them with what the visitor's browser knew, and delivers them to every ad platform. "
                + "Bodies may be sent with Content-Encoding: gzip.",
        };
        // The address under which the document is fetched is the server.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [ApiKeyScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-API-Key", Description = "A workspace's key.",
            },
            [AdminScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The configuration's adminKey.",
            },
        };
        return Task.CompletedTask;
    }

    /// <summary>ASP.NET leaves this attribute out.</summary>
    private static Task ListValues(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var attributes = context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(AllowedValuesAttribute), inherit: false) ?? [];
        foreach (var allowed in attributes.Cast<AllowedValuesAttribute>()) schema.Enum = [.. allowed.Values.Select(value => JsonValue.Create((string)value!))];
        return Task.CompletedTask;
    }

    private static async Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<RequestSchema>().FirstOrDefault() is { } request)
        {
            var schema = await context.GetOrCreateSchemaAsync(request.Body);
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = request.ContentTypes.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = schema }),
            };
        }
        if (metadata.OfType<RequiresKey>().FirstOrDefault() is { } key)
        {
            var scheme = key.IsAdmin ? AdminScheme : ApiKeyScheme;
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] }];
        }
        foreach (var example in metadata.OfType<Example>())
        {
            var content = example.Status is null
                ? operation.RequestBody?.Content
                : operation.Responses?.GetValueOrDefault(example.Status)?.Content;
            foreach (var media in content?.Values ?? []) media.Example = JsonNode.Parse(example.Json);
        }
        foreach (var (name, description) in metadata.OfType<PathParameter>())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = name, In = ParameterLocation.Path, Required = true, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
    }
}

/// <summary>What an endpoint takes. ASP.NET's own metadata for this would also refuse every other content type, in its words.</summary>
internal sealed record RequestSchema(Type Body, params string[] ContentTypes);

/// <summary>An endpoint that wants a key.</summary>
internal sealed record RequiresKey(bool IsAdmin);

/// <summary>An example body.</summary>
/// <param name="Status">Of the answer; null for the request's.</param>
internal sealed record Example(string? Status, string Json);

/// <summary>A parameter in an endpoint's path.</summary>
internal sealed record PathParameter(string Name, string Description);
