using System.Collections.Frozen;

using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

using Muster.Api.Groups;
using Muster.Api.Instances;
using Muster.Api.Templates;
using Muster.Api.Tokens;
using Muster.Server.Authentication;
using Muster.Server.Requests;

namespace Muster.Server.OpenApi;

/// <summary>The OpenAPI document: made from the endpoints, with what their signatures cannot say.</summary>
internal static class ApiDocument
{
    /// <summary>The document's name in its path, <c>/openapi/v1.json</c>.</summary>
    public const string Name = "v1";

    private const string BearerScheme = "bearer";

    /// <summary>
    /// What the rules require of inputs. Their types leave every field optional, so that the rules can name all that is missing at once.
    /// </summary>
    private static readonly FrozenDictionary<Type, HashSet<string>> Required = new Dictionary<Type, HashSet<string>>
    {
        [typeof(TemplateInput)] = ["name", "cloud", "image"],
        [typeof(GroupInput)] = ["name", "capacity"],
        [typeof(PlacementInput)] = ["name", "template"],
        [typeof(EvacuateInput)] = ["placement"],
        [typeof(RestoreInput)] = ["placement"],
        [typeof(TokenInput)] = ["name", "role"],
        [typeof(HealthReportInput)] = ["verdict"],
        [typeof(HookInput)] = ["name", "at"],
        [typeof(HookAnswerInput)] = ["result"],
    }.ToFrozenDictionary();

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (Required.TryGetValue(context.JsonTypeInfo.Type, out var fields))
            {
                schema.Required = fields;
            }

            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Describe(operation, context);
            return Task.CompletedTask;
        });
    }

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new()
        {
            Title = "Muster",
            Version = Name,
            Description = "Keeps groups of instances at their level, on any cloud. Errors are problem details (RFC 9457) with a stable "
                + "`code`; see docs/api/errors.md. Templates and groups are named by id, or by name while they live.",
            License = new() { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };

        // Whoever reads it knows where it came from, and the committed copy must not name anybody's machine.
        document.Servers = [];
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [BearerScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "mst_ and 43 characters",
                Description = "A token made by `muster token create`. `muster dev` needs none.",
            },
        };
        document.Tags = null;
        foreach (var schema in document.Components.Schemas?.Values ?? [])
        {
            Unwrap(schema);
        }
    }

    /// <summary>The line breaks of a comment in the code say nothing to a reader of the document.</summary>
    private static void Unwrap(IOpenApiSchema schema)
    {
        if (schema.Description is { } text)
        {
            schema.Description = string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        }

        // What a reference points to is described where it stands.
        if (schema is OpenApiSchema { Properties: { } properties })
        {
            foreach (var property in properties.Values)
            {
                Unwrap(property);
            }
        }
    }

    private static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<RequiredRole>().LastOrDefault() is { } required)
        {
            operation.Security =
            [
                new() { [new OpenApiSecuritySchemeReference(BearerScheme, context.Document)] = [] },
            ];
            operation.Description = $"{operation.Description} Needs role `{RequiredRole.Word(required.Role)}`.";
        }

        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            Describe(parameter, operation);
        }

        foreach (var header in metadata.OfType<TakenHeader>())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = header.Name,
                In = ParameterLocation.Header,
                Description = header.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
    }

    /// <summary>Query parameters are bound as texts, so that a wrong one gets an error that says what is allowed.</summary>
    private static void Describe(OpenApiParameter parameter, OpenApiOperation operation)
    {
        (parameter.Schema, parameter.Description) = (parameter.Name, parameter.In) switch
        {
            ("limit", _) => (Number(), "Items on the page."),
            ("cursor", _) => (Text(), "The last page's `next_cursor`; the first page when left out."),
            ("include_archived", _) => (Flag(otherwise: false), "Whether the archived are listed too."),
            ("check", _) => (Flag(otherwise: true), "Whether the cloud checks image, size and networks first."),
            ("instances", _) => (Choice("terminate", "keep"), "What becomes of the group's instances."),
            ("group", _) => (Text(), "Only this group's, by id or name."),
            ("id", ParameterLocation.Path) => (Text(), $"The id or name of the {Thing(operation)}."),
            ("policy", _) => (Text(), "The name of the policy."),
            ("secret", _) => (Text(), "The receiver's secret."),
            ("metric", _) => (Text(), "The name of the metric."),
            ("resolution", _) => (Choice("raw", "minute", "hour"), "How finely."),
            ("at", _) => (Text(), "The instant, as RFC 3339 has it; now when left out."),
            ("cloud", ParameterLocation.Query) when Thing(operation) == "instance" =>
                (Text(), "The configured name of the instance's cloud; any when left out."),
            ("format", _) => (Choice("prometheus", "traefik", "lines"), "For whom."),
            ("port", _) => (Text(), "A number, or `attribute:NAME`; that of the group's health check when left out."),
            ("scheme", _) => (Choice("http", "https"), "How Traefik is to ask."),
            ("wait_s", _) => (Text(), "Seconds, 0 to 60, to wait for another answer than `If-None-Match` names."),
            ("name", ParameterLocation.Path) when operation.OperationId == "AnswerHook" =>
                (Text(), "The name of the hook, or `drain`."),
            ("name", ParameterLocation.Path) => (Text(), "The configured cloud's name."),
            _ => ((OpenApiSchema?)parameter.Schema, parameter.Description),
        };
    }

    private static string Thing(OpenApiOperation operation) => operation.OperationId switch
    {
        { } id when id.EndsWith("Template", StringComparison.Ordinal) => "template",
        { } id when id.EndsWith("Token", StringComparison.Ordinal) => "token",
        "ReportHealth" or "AnswerHook" => "instance",
        { } id when id.EndsWith("Instance", StringComparison.Ordinal) => "instance",
        _ => "group",
    };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema Number() => new()
    {
        Type = JsonSchemaType.Integer,
        Minimum = "1",
        Maximum = "1000",
        Default = Query.LimitDefault,
    };

    private static OpenApiSchema Flag(bool otherwise) => new() { Type = JsonSchemaType.Boolean, Default = otherwise };

    private static OpenApiSchema Choice(params string[] words) => new()
    {
        Type = JsonSchemaType.String,
        Enum = [.. words.Select(word => (System.Text.Json.Nodes.JsonNode)word)],
        Default = words[0],
    };
}
