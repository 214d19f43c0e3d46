using System.Text.Json.Nodes;

namespace Muster.Nomad.Tests.Support;

/// <summary>A request to a real Nomad, and what it answered.</summary>
internal sealed class Exchange
{
    private readonly JsonObject request;
    private readonly JsonObject response;

    private Exchange(string file, int number, JsonObject exchange)
    {
        (request, response) = ((JsonObject)exchange["request"]!, (JsonObject)exchange["response"]!);
        (File, Number) = (file, number);
        Name = $"{file} #{number} {Method} {Path} ({(string?)exchange["note"]})";
    }

    /// <summary>The file's name.</summary>
    public string File { get; }

    /// <summary>Its place in the file, from 0.</summary>
    public int Number { get; }

    /// <summary>For messages.</summary>
    public string Name { get; }

    public string Method => (string)request["method"]!;

    public string Path => (string)request["path"]!;

    public string Query => (string?)request["query"] ?? "";

    public string? Token => (string?)request["headers"]?["X-Nomad-Token"];

    public bool HasBearer => request["headers"]?["Authorization"] is not null;

    public JsonNode? Body => request["body"];

    public string? BodyText => request["body"]?.ToJsonString() ?? (string?)request["bodyText"];

    public int Status => (int)response["status"]!;

    public JsonNode? Answer => response["body"];

    public string AnswerText => response.ContainsKey("body") ? response["body"]?.ToJsonString() ?? "null" : (string?)response["bodyText"] ?? "";

    /// <summary>Whether the answer's body was recorded whole.</summary>
    public bool IsWhole => response["bodyLeftOut"] is null;

    public bool IsJson => response.ContainsKey("body");

    public string? Header(string name) => (string?)response["headers"]?[name];

    /// <summary>The exchanges of one file.</summary>
    public static IReadOnlyList<Exchange> Read(string file)
    {
        var whole = JsonNode.Parse(System.IO.File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "Exchanges", $"{file}.json")))!;
        return [.. ((JsonArray)whole["exchanges"]!).Select((exchange, index) => new Exchange(file, index, (JsonObject)exchange!))];
    }

    /// <summary>The names of all files.</summary>
    public static IEnumerable<string> Files =>
        Directory.EnumerateFiles(System.IO.Path.Combine(AppContext.BaseDirectory, "Exchanges"), "*.json")
            .Select(path => System.IO.Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal);
}
