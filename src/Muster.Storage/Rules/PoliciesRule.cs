using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Claims;
using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Records;

namespace Muster.Storage.Rules;

/// <summary>What a policy must be to be kept, and what a group's policies become when one is put or removed.</summary>
/// <remarks>
/// Whether a policy makes sense (a zone that exists, steps without holes) is said before it comes here. This is about what a store can keep
/// and read again at every look: bounded, finite, and text that every database has room for.
/// </remarks>
internal static class PoliciesRule
{
    /// <summary>Longest text of a policy, in characters: a window, a zone.</summary>
    private const int TextMax = 200;

    /// <summary>Most windows of a schedule, and steps of a policy: each is weighed at every look.</summary>
    private const int PartsMax = 100;

    /// <summary>A SHA-256 in hexadecimal digits.</summary>
    private const int HashDigits = 64;

    /// <summary>The policies with one added, or in place of its version before. Done twice, it comes to the same.</summary>
    /// <returns>By name, with the policy as every store keeps it; the same array where it is there already.</returns>
    /// <exception cref="InputException">It is no policy that may be kept, or there are enough others.</exception>
    /// <exception cref="StoreException">Another version is there, or none.</exception>
    public static ImmutableArray<Policy> Put(GroupId group, ImmutableArray<Policy> kept, Policy policy)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        errors.AddRange(ErrorsOf(policy));
        InputException.ThrowIfAny(errors);

        var put = PolicyForm.Of(policy).ToValue();
        if (kept.FirstOrDefault(other => other.Name == put.Name) is { } current)
        {
            return put == current ? kept
                : put.Version == 1 ? throw Refusal.Taken("policy", put.Name)
                : put.Version - 1 != current.Version ? throw Refusal.StalePolicy(put.Name, current.Version, put.Version - 1)
                : kept.Replace(current, put);
        }

        return put.Version != 1 ? throw Refusal.NoPolicy(group, put.Name)
            : kept.Length >= Policy.PerGroupMax ? throw new InputException(
                "policy.name",
                put.Name,
                $"one of the {Policy.PerGroupMax} policies that the group has, until one of them is removed")
            : [.. kept.Add(put).OrderBy(other => other.Name, StringComparer.Ordinal)];
    }

    /// <summary>The policies without one.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>: there is none of that name.</exception>
    public static ImmutableArray<Policy> Remove(GroupId group, ImmutableArray<Policy> kept, string name) =>
        kept.RemoveAll(policy => policy.Name == name) is var rest && rest.Length < kept.Length
            ? rest
            : throw Refusal.NoPolicy(group, Shortened(name));

    /// <summary>Whether rounds evaluate a group that has these; null where they do not, as a column has it of most groups.</summary>
    public static bool? IsSteered(ImmutableArray<Policy> policies) => policies.Any(policy => policy.IsSteering) ? true : null;

    /// <summary>
    /// Whether a group that came to have these policies has nobody left who could move its level: what rounds concluded is forgotten. What
    /// steering claims stays, so that a group is as large afterwards as before, until a person says otherwise.
    /// </summary>
    public static bool EndsSteering(ImmutableArray<Policy> before, ImmutableArray<Policy> after) =>
        before.Any(IsNoSchedule) && !after.Any(IsNoSchedule);

    /// <summary>What is wrong with a group's policies as they are kept, in words; nothing when all is well.</summary>
    public static IEnumerable<string> Judge(ImmutableArray<Policy> kept, bool? isSteered)
    {
        foreach (var policy in kept)
        {
            foreach (var error in ErrorsOf(policy))
            {
                yield return $"has a policy '{Shortened(policy.Name)}' that may not be kept: {error}";
            }
        }

        foreach (var name in kept.CountBy(policy => policy.Name).Where(each => each.Value > 1))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"has {name.Value} policies named '{Shortened(name.Key)}'");
        }

        if (kept.Length > Policy.PerGroupMax)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"has {kept.Length} policies, and at most {Policy.PerGroupMax} are allowed");
        }

        if (IsSteered(kept) != isSteered)
        {
            yield return isSteered is true
                ? "is marked as steered, and has no policy that steers it"
                : "has a policy that steers it, and is not marked as steered: no round would find it";
        }
    }

    private static bool IsNoSchedule(Policy policy) => policy.Rule is not PolicyRule.Calendar;

    private static IEnumerable<InputError> ErrorsOf(Policy policy)
    {
        if (!EntityName.IsValid(policy.Name))
        {
            yield return new("policy.name", Shortened(policy.Name), EntityName.RuleFor(policy.Name));
        }

        if (policy.Version < 1)
        {
            yield return new("policy.version", policy.Version.ToString(CultureInfo.InvariantCulture), "1 or more");
        }

        foreach (var error in ErrorsOf(policy.Rule))
        {
            yield return error;
        }
    }

    private static IEnumerable<InputError> ErrorsOf(PolicyRule rule) => rule switch
    {
        PolicyRule.Calendar calendar => ErrorsOf(calendar.Schedule),
        PolicyRule.Step step =>
        [
            .. Text("policy.metric", step.Metric),
            .. Finite("policy.threshold", step.Threshold),
            .. Parts("policy.steps", step.Steps.IsDefault ? 0 : step.Steps.Length),
            .. step.Steps.IsDefault ? [] : step.Steps.SelectMany(ErrorsOf),
        ],
        PolicyRule.Target target =>
        [
            .. Text("policy.metric", target.Metric),
            .. Finite("policy.target", target.Value),
            .. Finite("policy.tolerance", target.Tolerance),
        ],
        PolicyRule.Backlog backlog =>
        [
            .. Text("policy.metric", backlog.Metric),
            .. Finite("policy.per_instance", backlog.PerInstance),
            .. backlog.AgeMetric is { } age ? Text("policy.age_metric", age) : [],
        ],
        PolicyRule.Predictive predictive => [.. Text("policy.metric", predictive.Metric), .. Finite("policy.target", predictive.Value)],
        PolicyRule.Receiver receiver =>
        [
            .. receiver.SecretHash.Length == HashDigits && receiver.SecretHash.All(char.IsAsciiHexDigitLower)
                ? []
                : new[] { new InputError("policy.secret_hash", "***", $"{HashDigits} lower-case hexadecimal digits") },
            .. receiver.Metric is { } metric ? Text("policy.metric", metric) : [],
        ],
        _ => throw new System.Diagnostics.UnreachableException($"a rule of kind {rule?.GetType().Name}"),
    };

    private static IEnumerable<InputError> ErrorsOf(Schedule schedule) =>
    [
        .. Text("policy.zone", schedule.Zone),
        .. Parts("policy.windows", schedule.Windows.IsDefault ? 0 : schedule.Windows.Length),
        .. schedule.Windows.IsDefault ? [] : schedule.Windows.SelectMany(window => Text("policy.windows", window.Text)),
    ];

    private static IEnumerable<InputError> ErrorsOf(PolicyStep step) =>
        [.. Finite("policy.steps.from", step.From), .. step.To is { } to ? Finite("policy.steps.to", to) : []];

    private static IEnumerable<InputError> Parts(string field, int count)
    {
        if (count is 0 or > PartsMax)
        {
            yield return new(field, count.ToString(CultureInfo.InvariantCulture), $"1 to {PartsMax} of them");
        }
    }

    private static IEnumerable<InputError> Finite(string field, double value)
    {
        if (!double.IsFinite(value))
        {
            yield return new(field, value.ToString(CultureInfo.InvariantCulture), "a finite number");
        }
    }

    private static IEnumerable<InputError> Text(string field, string text)
    {
        if (!KeptText.IsVisible(text, TextMax))
        {
            yield return new(field, Shortened(text), $"1 to {TextMax} characters that can be seen");
        }
    }

    private static string Shortened(string text) => KeptText.Cut(text, TextMax);
}
