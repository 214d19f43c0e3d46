using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Kit.Programs;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Prices;
using Muster.Outbound;

namespace Muster.Clouds.Exec.Wire;

/// <summary>Reads what an executable wrote. What breaks the contract is an error that says where and what was expected.</summary>
/// <param name="operation">Which operation it answers.</param>
/// <param name="doubt">The kind of an error after which nobody knows what happened.</param>
/// <param name="mask">Takes out of what it quotes what nobody else should read.</param>
internal sealed class ExecReader(string operation, CloudErrorKind doubt, SecretMask mask)
{
    private const int ShownMax = 80;

    // Three letters are right: of what is longer, enough to see what was meant.
    private const int CurrencyLengthMax = 20;

    private static readonly string States = string.Join(", ", ExecWords.States.Keys.Order(StringComparer.Ordinal));

    /// <summary>What is wanted of a line that is no instance.</summary>
    public static OddFields OddFields { get; } = new(Id: "id", Name: "name", Tags: "tags", ReadTags: tags => tags);

    /// <summary>One value.</summary>
    /// <exception cref="CloudException">It is none.</exception>
    public T Read<T>(string text, JsonTypeInfo<T> type, string where = "its output") where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw Broken(where, "an object, not null");
        }
        catch (JsonException error)
        {
            throw Broken(
                where, $"JSON as the contract has it ({error.Path ?? "$"}, byte {error.BytePositionInLine}); it is '{Shown(text)}'");
        }
    }

    /// <summary>An instance; its tags are those of <paramref name="tags"/> unless it says otherwise.</summary>
    public Instance Instance(ExecInstance instance, string where, ImmutableSortedDictionary<string, string>? tags = null) => new()
    {
        Id = new InstanceId(instance.Id is { Length: > 0 } id ? id : throw Broken(where, "an id")),
        Name = instance.Name ?? throw Broken(where, "a name"),
        State = instance.State is { } state && ExecWords.States.TryGetValue(state, out var known)
            ? known
            : throw Broken(where, $"a state of {States}; it is '{Shown(instance.State ?? "")}'"),
        StateDetail = instance.Detail,
        IsProtected = instance.Protected is true,
        LeavingAt = instance.LeavingAt,
        CreatedAt = instance.CreatedAt ?? throw Broken(where, "created_at, a time as in RFC 3339"),
        Tags = instance.Tags ?? tags ?? throw Broken(where, "tags"),
        Zone = instance.Zone is { Length: > 0 } zone ? zone : null,
        Addresses = instance.Addresses ?? [],
        Attributes = instance.Attributes ?? ImmutableSortedDictionary<string, string>.Empty,
    };

    /// <summary>A page of a listing: an instance a line, and a line that ends it.</summary>
    /// <remarks>
    /// A line that is JSON and no instance is skipped where it is not ours, and else an instance in an unknown state. One that is no JSON
    /// fails the listing: what was written there, and whose it was, nobody can tell.
    /// </remarks>
    /// <param name="output">What was written.</param>
    /// <param name="filter">Whose listing it is.</param>
    /// <param name="odd">Takes lines that are no instances.</param>
    public (ImmutableArray<Instance> Instances, string? Next) Page(string output, InstanceFilter filter, ListingReader odd)
    {
        var lines = output.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();
        if (lines.Length == 0)
        {
            throw Broken("its output", "a last line {\"end\":true} or {\"next\":\"...\"}");
        }

        var end = Read(lines[^1], ExecJson.Default.ExecListEnd, $"line {lines.Length}");
        if (end is { Next: null, End: not true })
        {
            throw Broken(
                $"line {lines.Length}, the last,", "{\"end\":true} or {\"next\":\"...\"}: without it the listing counts as cut short");
        }

        var instances = lines.SkipLast(1).Select((line, index) => Line(line, $"line {index + 1}", filter, odd)).OfType<Instance>();
        return ([.. instances], end.Next);
    }

    private Instance? Line(string line, string where, InstanceFilter filter, ListingReader odd)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var (good, flawed) = ListingReader.ReadOne(document.RootElement, ExecJson.Default.ExecInstance, Flaw);
            return good is not null ? Instance(good, where) : odd.Take(flawed!, filter, mask.Apply);
        }
        catch (JsonException error)
        {
            throw Broken(where, $"JSON as the contract has it (byte {error.BytePositionInLine}); it is '{Shown(line)}'");
        }
    }

    /// <summary>What an instance in a listing lacks; null when nothing.</summary>
    private string? Flaw(ExecInstance instance) =>
        instance.Id is not { Length: > 0 } ? "an id is missing"
        : instance.Name is null ? "a name is missing"
        : instance.State is null ? "a state is missing"
        : !ExecWords.States.ContainsKey(instance.State) ? $"its state is '{Shown(instance.State)}', which is none of {States}"
        : instance.CreatedAt is null ? "created_at is missing"
        : instance.Tags is null ? "tags are missing"
        : instance.Tags.Values.Any(value => value is null) ? "a tag is null"
        : null;

    /// <summary>A text as others may read it.</summary>
    public string Masked(string text) => mask.Apply(text);

    /// <summary>The findings of a check.</summary>
    public ImmutableArray<TemplateFinding> Findings(ExecCheck check)
    {
        var findings = check.Findings ?? throw Broken("its output", "findings");
        return
        [
            .. findings.Select((finding, index) => new TemplateFinding(
                mask.Apply(finding.Field ?? throw Broken($"findings[{index}]", "a field")),
                finding.Good ?? throw Broken($"findings[{index}]", "good, true or false"),
                mask.Apply(finding.Message ?? throw Broken($"findings[{index}]", "a message")))),
        ];
    }

    /// <summary>The zones.</summary>
    public ImmutableArray<string> Zones(ExecZones answer)
    {
        var zones = answer.Zones is { IsDefault: false } given ? given : throw Broken("its output", "zones");
        for (var i = 0; i < zones.Length; i++)
        {
            if (!EntityName.IsValid(zones[i]) || zones.IndexOf(zones[i]) < i)
            {
                throw Broken($"zones[{i}]", $"a name of its own, {EntityName.Rule}; it is '{Shown(zones[i] ?? "")}'");
            }
        }

        return zones;
    }

    /// <summary>
    /// The prices. Whether they are right is looked at where they are used, and told there by the currency and, as far as they are right,
    /// zone and size: a currency is made one that can be shown.
    /// </summary>
    public ImmutableArray<CloudPrice> Prices(ExecPrices answer)
    {
        var prices = answer.Prices is { IsDefault: false } given ? given : throw Broken("its output", "prices");
        if (prices.Length > PriceRules.CountMax)
        {
            throw Broken("its output", $"{PriceRules.CountMax} prices at most, not {prices.Length}");
        }

        var read = ImmutableArray.CreateBuilder<CloudPrice>(prices.Length);
        for (var i = 0; i < prices.Length; i++)
        {
            var price = prices[i] ?? throw Broken($"prices[{i}]", "an object, not null");
            read.Add(new(
                price.Zone,
                price.Size,
                price.Interruptible,
                price.Amount ?? throw Broken($"prices[{i}]", "an amount, a number"),
                ForeignText.Shown(Masked(price.Currency ?? throw Broken($"prices[{i}]", "a currency")), CurrencyLengthMax)));
        }

        return read.MoveToImmutable();
    }

    private CloudException Broken(string where, string expected) =>
        new(doubt, $"the answer to {operation} breaks the contract: {where} must have {expected}");

    // Masked before it is cut: what is left of a secret that was cut in two is not known as one.
    private string Shown(string text)
    {
        var masked = mask.Apply(text);
        return masked.Length > ShownMax ? masked[..ShownMax] + "..." : masked;
    }
}
