using System.Text.RegularExpressions;

using Muster.Core.Metrics;

namespace Muster.Metrics.Kit;

/// <summary>Puts a group into a text of the configuration: its name, its id, and its account's id.</summary>
internal static partial class Placeholders
{
    /// <summary>What they are, for descriptions of options.</summary>
    public const string Words = "`$group`, `$group_id` and `$account` stand for the group's name and id and its account's id";

    /// <summary>Whether a text has any, and so differs from group to group.</summary>
    public static bool AreIn(string text) => Known().IsMatch(text);

    /// <summary>The text for a group.</summary>
    /// <param name="text">The text of the configuration.</param>
    /// <param name="group">The group.</param>
    /// <param name="escape">Makes a value safe for where it stands; nothing that a user chose is put in without.</param>
    public static string Fill(string text, MetricScope group, Func<string, string> escape) => Known().Replace(
        text,
        found => escape(found.Value switch
        {
            "$group" => group.Name,
            "$group_id" => group.Group.ToString(),
            _ => group.Account.ToString(),
        }));

    [GeneratedRegex(@"\$(group_id|group|account)(?![A-Za-z0-9_])", RegexOptions.CultureInvariant)]
    private static partial Regex Known();
}
