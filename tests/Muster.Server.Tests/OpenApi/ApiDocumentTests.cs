using System.Text.Json;

using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.OpenApi;

public sealed class ApiDocumentTests
{
    [Fact]
    public async Task The_committed_document_is_the_one_that_is_served()
    {
        await using var server = await RunningServer.StartDevAsync();

        GoldenFile.Check("docs/api/openapi.json", (await server.GetAsync("/openapi/v1.json")).Good(200).Body);
    }

    [Fact]
    public async Task Every_operation_says_what_it_is_for_who_may_and_how_it_fails()
    {
        await using var server = await RunningServer.StartDevAsync();
        var document = (await server.GetAsync("/openapi/v1.json")).Good(200).Json;

        Assert.False(document.TryGetProperty("servers", out _));
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var what = $"{operation.Name} {path.Name}";
                Assert.True(operation.Value.TryGetProperty("operationId", out _), what);
                Assert.True(operation.Value.TryGetProperty("summary", out _), what);
                Assert.True(operation.Value.GetProperty("responses").EnumerateObject().Any(response => response.Name[0] == '2'), what);
                Assert.Equal(
                    path.Name.StartsWith("/v1/", StringComparison.Ordinal)
                    && !path.Name.StartsWith("/v1/receivers/", StringComparison.Ordinal),
                    operation.Value.TryGetProperty("security", out _));
                if (path.Name.Contains('{', StringComparison.Ordinal))
                {
                    Assert.True(operation.Value.GetProperty("responses").TryGetProperty("404", out _), what);
                }
            }
        }
    }

    [Fact]
    public async Task Inputs_admit_no_further_field_and_names_are_snake_case()
    {
        await using var server = await RunningServer.StartDevAsync();
        var schemas = (await server.GetAsync("/openapi/v1.json")).Good(200).Json.GetProperty("components").GetProperty("schemas");

        foreach (var schema in schemas.EnumerateObject())
        {
            if (schema.Name.EndsWith("Input", StringComparison.Ordinal) || schema.Name.EndsWith("Update", StringComparison.Ordinal))
            {
                Assert.Equal(JsonValueKind.False, schema.Value.GetProperty("additionalProperties").ValueKind);
            }

            if (schema.Value.TryGetProperty("properties", out var properties))
            {
                Assert.All(properties.EnumerateObject(), property => Assert.Matches("^[a-z0-9_]+$", property.Name));
            }
        }
    }
}
