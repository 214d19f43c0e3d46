using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Members;

namespace Muster.Core.Planning;

/// <summary>By whose figures a group's instances are compared. Pure.</summary>
/// <remarks>
/// By one source for the whole group, since requests under way and percents of a processor cannot be compared: by the header that its
/// probes are to read, where it names one; else by reports, where anybody reports; else by what the cloud tells.
/// </remarks>
public static class LoadFigures
{
    /// <summary>The figures that count at an instant; none where the group does not ask for them.</summary>
    /// <param name="group">Whose.</param>
    /// <param name="notes">What is said of its instances.</param>
    /// <param name="measured">What probes measure, and what clouds tell.</param>
    /// <param name="now">The instant.</param>
    public static ImmutableArray<InstanceLoad> Of(Group group, ImmutableArray<MemberNote> notes, ILoads? measured, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (group.ScaleIn is not ScaleInOrder.LeastBusy)
        {
            return [];
        }

        if (group.Health?.BusyHeader is null && Reported(notes, now) is { IsEmpty: false } reported)
        {
            return reported;
        }

        return measured?.Of(group.Id, now) ?? [];
    }

    /// <summary>The last word of each instance's reporters that still holds; of two the higher.</summary>
    private static ImmutableArray<InstanceLoad> Reported(ImmutableArray<MemberNote> notes, DateTimeOffset now)
    {
        var loads = ImmutableArray.CreateBuilder<InstanceLoad>();
        foreach (var note in notes.IsDefault ? [] : notes)
        {
            InstanceLoad? said = null;
            foreach (var finding in note.Findings)
            {
                if (finding.Load is { } load && !(finding.ExpiresAt <= now) && !(said?.Load >= load))
                {
                    said = new(note.Cloud, note.Instance, load, finding.Source);
                }
            }

            if (said is not null)
            {
                loads.Add(said);
            }
        }

        return loads.DrainToImmutable();
    }
}
