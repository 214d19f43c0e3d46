using System.Net.Http.Headers;
using System.Text.Json;

using Muster.Api;
using Muster.Api.Problems;

namespace Muster.Server.Tests.Support;

/// <summary>An answer, read to its end.</summary>
internal sealed record Answer(int Status, string? ContentType, string Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The answer as the problem it must be.</summary>
    public ProblemView Problem(int status, string code)
    {
        Assert.True(status == Status, $"expected {status} {code}, got {Status}: {Body}");
        Assert.Equal(ProblemView.ContentType, ContentType);
        var problem = JsonSerializer.Deserialize(Body, ApiJson.Default.ProblemView)!;
        Assert.Equal(code, problem.Code);
        Assert.Equal(status, problem.Status);
        Assert.Equal($"urn:muster:problem:{code}", problem.Type);
        Assert.False(string.IsNullOrWhiteSpace(problem.Title));
        Assert.False(string.IsNullOrWhiteSpace(problem.Detail));
        Assert.StartsWith("urn:muster:request:", problem.Instance, StringComparison.Ordinal);
        return problem;
    }

    /// <summary>The answer as a problem with exactly these fields.</summary>
    public ProblemView Problem(int status, string code, params string[] fields)
    {
        var problem = Problem(status, code);
        Assert.Equal(fields.Order(StringComparer.Ordinal), problem.Errors.Select(error => error.Field).Order(StringComparer.Ordinal));
        Assert.All(problem.Errors, error => Assert.False(string.IsNullOrWhiteSpace(error.Allowed)));
        return problem;
    }

    public Answer Good(int status)
    {
        Assert.True(status == Status, $"expected {status}, got {Status}: {Body}");
        return this;
    }
}
