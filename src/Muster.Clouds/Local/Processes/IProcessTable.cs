namespace Muster.Clouds.Local.Processes;

/// <summary>The system's processes, read and never changed.</summary>
internal interface IProcessTable
{
    /// <summary>Differs after each start of the machine; empty where <see cref="ProcessIdentity.StartedAt"/> alone tells.</summary>
    string BootId { get; }

    /// <summary>Shell text that puts the shell's own entry into the variable <c>self</c>, for <see cref="Parse"/>.</summary>
    string ReadSelfScript { get; }

    /// <summary>What <see cref="ReadSelfScript"/> read; null when it is not whole.</summary>
    ProcessIdentity? Parse(string text);

    /// <summary>The process with this number now; null when there is none.</summary>
    ProcessStatus? Read(int pid);

    /// <summary>Whether the group has a member that is more than a dead process waiting to be reaped.</summary>
    bool GroupHasLiving(int group);

    /// <summary>Whether a member of the group certainly belongs to the launch, though the group's leader is gone.</summary>
    bool GroupBelongsTo(int group, string launchMarker);
}
