using System.Buffers;
using System.Globalization;
using System.Text;

using Muster.Core;
using Muster.Core.Storage;

namespace Muster.Nomad.Jobs;

/// <summary>What a job is known by, whatever its group is called: 16 hexadecimal digits in its id.</summary>
/// <remarks>
/// 60 random bits of a group's id, or of the hash of a sweep: two alike in one installation of 10,000 are a matter of ages.
/// </remarks>
public readonly record struct JobKey(string Text) : IComparable<JobKey>
{
    /// <summary>Digits.</summary>
    public const int Length = 16;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>The key of a group's job.</summary>
    public static JobKey Of(GroupId group) => new(Digits(group.Value));

    /// <summary>The key of a sweep's job.</summary>
    public static JobKey Of(SweepKey sweep) => new(Digits(StableId.From(Encoding.UTF8.GetBytes($"sweep {sweep.Account} {sweep.Cloud}"))));

    /// <summary>
    /// The key of the job that checks a group: its own where each group has one, or where a sweep's look at one cloud would not show all of
    /// it.
    /// </summary>
    public static JobKey Of(JobUnit unit, GroupRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return unit is JobUnit.Group || record.IsOnSeveralClouds
            ? Of(record.Group.Id)
            : Of(new SweepKey(record.Group.Account, record.Template.Cloud));
    }

    /// <summary>Whether a text can be one.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) => text.Length == Length && !text.ContainsAnyExcept(Hexadecimal);

    /// <summary>A number that is spread evenly over all keys.</summary>
    public ulong Spread => ulong.Parse(Text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Ordinal.</summary>
    public int CompareTo(JobKey other) => string.CompareOrdinal(Text, other.Text);

    /// <summary>The bare digits, for logs.</summary>
    public override string ToString() => Text;

    private static string Digits(Guid id) => id.ToString("N")[..Length];
}
