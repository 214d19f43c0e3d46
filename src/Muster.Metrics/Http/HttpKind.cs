using Muster.Core.Metrics;
using Muster.Core.Options;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Http;

/// <summary>A GET for JSON, and the place of the number in it.</summary>
public sealed class HttpKind : IMetricKind
{
    private static readonly ConfigOption<string?> Url = Option.RequiredText(
        "url", $"what is asked; in path and query {Placeholders.Words}: then each group is asked for by itself",
        "an address such as http://127.0.0.1:8080/stats");

    private static readonly ConfigOption<string> Pointer = Option.TextOr(
        "pointer",
        "where the number is in the answer, as a JSON Pointer with placeholders as in `url`; `/` and a name for each step. An object "
        + "of numbers "
        + "or a list of objects has a value for each instance",
        "", JsonPointer.Allowed, emptyIsUnset: true);

    private static readonly ConfigOption<string> InstancePointer = Option.TextOr(
        "instance_pointer", "in each object of a list, where the instance's name is", "/instance", JsonPointer.Allowed);

    private static readonly ConfigOption<string> ValuePointer = Option.TextOr(
        "value_pointer", "in each object of a list, where its value is", "/value", JsonPointer.Allowed);

    private static readonly ConfigOption<string?> TimePointer = Option.Text(
        "time_pointer",
        "where the answer says when it was so, as seconds since 1970 or as RFC 3339: in each object of a list, otherwise in the "
        + "whole answer",
        allowed: JsonPointer.Allowed);

    private static readonly ConfigOption<string?> HeadersFile = Option.Text(
        "headers_file", "a file of `Name: value` lines that are sent along, which only its owner may read");

    private static readonly ConfigOption<int> Concurrency = Option.Number("concurrency", "requests at once, 1 to 32", 4, 1, 32);

    /// <inheritdoc/>
    public string Name => "http";

    /// <inheritdoc/>
    public MetricKindDescription Description { get; } = new()
    {
        Summary = "A GET over HTTP, and a place in the JSON that comes back.",
        Options =
        [
            Url, Pointer, InstancePointer, ValuePointer, TimePointer, HeadersFile, Concurrency, .. HttpAccess.Options,
        ],
    };

    /// <inheritdoc/>
    public IMetricSource Open(MetricSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var reader = new MetricSetupReader(setup, Description.Options);
        var access = HttpAccess.Read(reader, Url);
        var options = new HttpSourceOptions(
            access.Url, PointerOf(reader, Pointer)!, PointerOf(reader, InstancePointer)!, PointerOf(reader, ValuePointer)!,
            PointerOf(reader, TimePointer), HeadersOf(reader), reader.Read(Concurrency));
        reader.ThrowIfWrong();
        return new HttpSource(options, access);
    }

    private static T PointerOf<T>(MetricSetupReader reader, ConfigOption<T> option) where T : class?
    {
        var pointer = reader.Read(option);
        if (pointer is string text && !JsonPointer.IsValid(text))
        {
            reader.Refuse(option.Name, text, JsonPointer.Allowed);
        }

        return pointer;
    }

    private static HeadersText? HeadersOf(MetricSetupReader reader)
    {
        if (reader.Secret(HeadersFile) is not { } secret)
        {
            return null;
        }

        var headers = new HeadersText(secret);
        if (headers.Flaw() is { } flaw)
        {
            reader.Refuse(HeadersFile.Name, secret.ToString(), $"a file of lines such as X-Token: abc ({flaw})");
        }

        return headers;
    }
}
