using System.Text.Json.Nodes;

namespace Muster.Nomad.Tests.Support;

/// <summary>A request to a real Nomad, and what it answered.</summary>
internal sealed class Exchange
{
    private readonly JsonObject _request;
    private readonly JsonObject _response;

    private Exchange(string file, int number, JsonObject exchange)
    {
        (_request, _response) = ((JsonObject)exchange["request"]!, (JsonObject)exchange["response"]!);
        (File, Number) = (file, number);
        Name = $"{file} #{number} {Method} {Path} ({(string?)exchange["note"]})";
    }

    /// <summary>The file's name.</summary>
    public string File { get; }

    /// <summary>Its place in the file, from 0.</summary>
    public int Number { get; }

    /// <summary>For messages.</summary>
    public string Name { get; }

    public string Method => (string)_request["method"]!;

    public string Path => (string)_request["path"]!;

    public string Query => (string?)_request["query"] ?? "";

    public string? Token => (string?)_request["headers"]?["X-Nomad-Token"];

    public bool HasBearer => _request["headers"]?["Authorization"] is not null;

    public JsonNode? Body => _request["body"];

    public string? BodyText => _request["body"]?.ToJsonString() ?? (string?)_request["bodyText"];

    public int Status => (int)_response["status"]!;

    public JsonNode? Answer => _response["body"];

    public string AnswerText =>
        _response.ContainsKey("body") ? _response["body"]?.ToJsonString() ?? "null" : (string?)_response["bodyText"] ?? "";

    /// <summary>Whether the answer's body was recorded whole.</summary>
    public bool IsWhole => _response["bodyLeftOut"] is null;

    public bool IsJson => _response.ContainsKey("body");

    public string? Header(string name) => (string?)_response["headers"]?[name];

    /// <summary>The exchanges of one file.</summary>
    public static IReadOnlyList<Exchange> Read(string file)
    {
        var whole = JsonNode.Parse(
            System.IO.File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "Exchanges", $"{file}.json")))!;
        return [.. ((JsonArray)whole["exchanges"]!).Select((exchange, index) => new Exchange(file, index, (JsonObject)exchange!))];
    }

    /// <summary>The names of all files.</summary>
    public static IEnumerable<string> Files =>
        Directory.EnumerateFiles(System.IO.Path.Combine(AppContext.BaseDirectory, "Exchanges"), "*.json")
            .Select(path => System.IO.Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal);
}
