using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Clouds.Exec.Wire;

namespace Muster.Clouds.Tests.Exec;

/// <summary>The schema that plugin authors read names what the program reads and writes.</summary>
public sealed class SchemaTests
{
    public static TheoryData<string> Messages =>
    [
        "request", "template", "description", "instance", "list_end", "check", "finding", "zones", "prices", "price", "change", "failure",
        "error",
    ];

    [Theory]
    [MemberData(nameof(Messages))]
    public void The_committed_schema_has_the_fields_of_the_contract(string message)
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.File("docs/clouds/exec.schema.json")));

        var documented = schema.RootElement.GetProperty("$defs").GetProperty(message).GetProperty("properties").EnumerateObject();

        Assert.Equal(
            TypeOf(message).Properties.Select(property => property.Name).Order(StringComparer.Ordinal),
            documented.Select(property => property.Name).Order(StringComparer.Ordinal));
    }

    private static JsonTypeInfo TypeOf(string message) => message switch
    {
        "request" => ExecJson.Default.ExecRequest,
        "template" => ExecJson.Default.ExecTemplate,
        "description" => ExecJson.Default.ExecDescription,
        "instance" => ExecJson.Default.ExecInstance,
        "list_end" => ExecJson.Default.ExecListEnd,
        "check" => ExecJson.Default.ExecCheck,
        "finding" => ExecJson.Default.ExecFinding,
        "zones" => ExecJson.Default.ExecZones,
        "prices" => ExecJson.Default.ExecPrices,
        "price" => ExecJson.Default.ExecPrice,
        "change" => ExecJson.Default.ExecChange,
        "failure" => ExecJson.Default.ExecFailure,
        _ => ExecJson.Default.ExecError,
    };
}
