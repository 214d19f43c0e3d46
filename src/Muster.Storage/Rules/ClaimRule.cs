using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Claims;
using Muster.Records;

namespace Muster.Storage.Rules;

/// <summary>What a claim must be to be kept, and what a group's claims become when one is put or ended.</summary>
internal static class ClaimRule
{
    /// <summary>Longest source, in characters: a name, told before every reason.</summary>
    public const int SourceMax = 100;

    /// <summary>Longest author, in characters: the longest name of a policy, with room to spare.</summary>
    public const int AuthorMax = 200;

    /// <summary>Longest reason, in characters: a sentence or two, since it is read with its group at every look.</summary>
    public const int ReasonMax = 1000;

    /// <summary>
    /// Most claims of one group beside what its policies have come to, which must not fail for others: each is read at every look, and a
    /// person must be able to see who claims what.
    /// </summary>
    public const int ClaimsMax = 32;

    /// <summary>The claims with one put in place of what its source claimed before. Done twice, it comes to the same.</summary>
    /// <remarks>Claims that were over when this one began make room: nobody ends a claim that ends by itself.</remarks>
    /// <param name="kept">What is kept.</param>
    /// <param name="claim">What is put.</param>
    /// <returns>By source, with the claim as every store keeps it.</returns>
    /// <exception cref="InputException">It is no claim that may be kept, or there are enough of other sources.</exception>
    public static ImmutableArray<Claim> Put(ImmutableArray<Claim> kept, Claim claim)
    {
        var put = AsKept(claim);
        Ensure(put);
        var claims = End(kept, put.Source).RemoveAll(other => !other.HoldsAt(put.Since));
        if (put.Source != Claim.Steering && claims.Count(IsCounted) >= ClaimsMax && claims.Length == kept.Length)
        {
            throw new InputException(
                "claim.source", put.Source, $"one of the {ClaimsMax} sources whose claims the group has, until one of them ends");
        }

        return [.. claims.Add(put).OrderBy(other => other.Source, StringComparer.Ordinal)];
    }

    /// <summary>Refuses what is no claim that may be kept.</summary>
    /// <exception cref="InputException">It is none; says every wrong field.</exception>
    public static void Ensure(Claim claim)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        errors.AddRange(ErrorsOf(claim));
        InputException.ThrowIfAny(errors);
    }

    /// <summary>The claims without a source's; all of them where it claims nothing.</summary>
    public static ImmutableArray<Claim> End(ImmutableArray<Claim> kept, string source) => kept.RemoveAll(claim => claim.Source == source);

    /// <summary>What is wrong with a group's claims as they are kept, in words; nothing when all is well.</summary>
    public static IEnumerable<string> Judge(ImmutableArray<Claim> kept)
    {
        foreach (var claim in kept)
        {
            foreach (var error in ErrorsOf(claim))
            {
                yield return $"has a claim of '{Shortened(claim.Source)}' that may not be kept: {error}";
            }
        }

        foreach (var source in kept.CountBy(claim => claim.Source).Where(each => each.Value > 1))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"has {source.Value} claims of the source '{source.Key}', and not one");
        }

        if (kept.Count(IsCounted) > ClaimsMax)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"has {kept.Length} claims, and at most {ClaimsMax} are allowed");
        }
    }

    private static bool IsCounted(Claim claim) => claim.Source != Claim.Steering;

    private static Claim AsKept(Claim claim) => claim with
    {
        Reason = KeptText.Of(claim.Reason)!,
        Since = Microseconds.Kept(claim.Since),
        Until = Microseconds.Kept(claim.Until),
    };

    private static IEnumerable<InputError> ErrorsOf(Claim claim)
    {
        if (claim.Source is Claim.Person)
        {
            yield return new(
                "claim.source", claim.Source, $"any source but {Claim.Person}: what a person wants is the group's own capacity");
        }
        else if (!KeptText.IsVisible(claim.Source, SourceMax))
        {
            yield return new("claim.source", Shortened(claim.Source), $"1 to {SourceMax} characters that can be seen");
        }

        if (claim.Author is { } author && !KeptText.IsVisible(author, AuthorMax))
        {
            yield return new("claim.author", Shortened(author), $"1 to {AuthorMax} characters that can be seen");
        }

        if (claim.Reason.Length is 0 or > ReasonMax)
        {
            yield return new("claim.reason", Shortened(claim.Reason), $"1 to {ReasonMax} characters");
        }

        foreach (var (field, value) in new[] { ("desired", claim.Desired), ("min", claim.Min), ("max", claim.Max) })
        {
            if (value < 0)
            {
                yield return new($"claim.{field}", Text(value), "0 or more instances");
            }
        }

        if (claim.Min > claim.Max)
        {
            yield return new("claim.min", Text(claim.Min), $"at most claim.max, which is {Text(claim.Max)}");
        }

        if ((claim.Desired ?? claim.Min ?? claim.Max) is null)
        {
            yield return new("claim.desired", null, "a claim says how many: desired, min or max, or several of them");
        }

        if (claim.Until <= claim.Since)
        {
            yield return new("claim.until", Text(claim.Until), $"after claim.since, which is {Text(claim.Since)}");
        }
    }

    private static string Shortened(string text) => text.Length <= SourceMax ? text : string.Concat(KeptText.Of(text[..SourceMax]), " ...");

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Text(DateTimeOffset? time) => time?.ToString("O", CultureInfo.InvariantCulture);
}
