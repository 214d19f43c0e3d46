using System.Globalization;

namespace Muster.Core.Steering;

/// <summary>What <see cref="PolicyRule.Receiver"/> recommends.</summary>
internal static class ReceiverCounting
{
    public static Recommendation Recommend(PolicyRule.Receiver rule, PolicyContext context) => context.Memory.Word switch
    {
        null => new Recommendation.Content { Reason = "nobody has called yet" },
        { Desired: null } well => new Recommendation.Content { Reason = well.Reason },
        { } word when context.Now - word.At >= rule.StandsFor => new Recommendation.Content
        {
            Reason = $"what was said stands for {DurationText.Format(rule.StandsFor)}, and that is over: {word.Reason}",
        },
        { Desired: { } count } word => new Recommendation.Wants(Math.Max(0, count))
        {
            Reason = string.Create(CultureInfo.InvariantCulture, $"{word.Reason} → {Math.Max(0, count)}"),
        },
    };
}
