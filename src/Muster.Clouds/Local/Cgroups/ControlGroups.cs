using System.Globalization;

using Muster.Clouds.Kit.Templates;

namespace Muster.Clouds.Local.Cgroups;

/// <summary>Limits of memory and processors through cgroup v2 (kernel.org, admin-guide/cgroup-v2).</summary>
/// <remarks>
/// Each limited instance gets a group of its own below a parent that may hand out the two controllers. A group that holds
/// processes may not (the "no internal processes" rule), and this process is in its own: so the parent is the one given in
/// the configuration, or the root when this process is there, or else the group above ours, and above that of a job runner which would end
/// the instance with its job (<see cref="CallerGroups"/>).
/// </remarks>
internal sealed class ControlGroups
{
    private const string NamePrefix = "muster-";
    private const int PeriodUs = 100_000;

    // The kernel refuses a smaller quota (cpu.max, 1 ms).
    private const int QuotaUsMin = 1_000;

    private static readonly string[] Controllers = ["cpu", "memory"];

    private readonly string? _parent;

    private ControlGroups(string? parent, string? whyNot)
    {
        _parent = parent;
        WhyNot = whyNot;
    }

    /// <summary>Why no limit can be applied here, in words; null when they can.</summary>
    public string? WhyNot { get; }

    /// <summary>Looks for a parent.</summary>
    /// <param name="configuredParent">A cgroup v2 directory that is ours to use; null to find one.</param>
    /// <param name="allocation">The Nomad allocation that this process runs in; null outside of one.</param>
    /// <param name="procDirectory">Where <c>mountinfo</c> and <c>cgroup</c> of this process are: <c>/proc/self</c>.</param>
    public static ControlGroups Find(string? configuredParent, string? allocation, string procDirectory = "/proc/self")
    {
        if (!OperatingSystem.IsLinux())
        {
            return new ControlGroups(parent: null, "only Linux has cgroups");
        }

        try
        {
            var parent = configuredParent ?? FindParent(allocation, procDirectory);
            var whyNot = parent is null ? "no cgroup v2 is mounted" : Prepare(parent);
            return new ControlGroups(whyNot is null ? parent : null, whyNot);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new ControlGroups(parent: null, error.Message);
        }
    }

    /// <summary>Makes the group of one instance with its limits.</summary>
    /// <returns>The group's directory, or why there is none; nothing is left behind then.</returns>
    public (string? Directory, string? WhyNot) Create(string name, SizeLimits limits)
    {
        if (_parent is null)
        {
            return (null, WhyNot);
        }

        var group = Path.Combine(_parent, NamePrefix + name);
        try
        {
            Directory.CreateDirectory(group);
            if (limits.MemoryBytes is { } bytes)
            {
                Write(group, "memory.max", bytes.ToString(CultureInfo.InvariantCulture));
                // One process out of memory ends the whole instance: half of one is no instance.
                Write(group, "memory.oom.group", "1");
            }

            if (limits.Cpus is { } cpus)
            {
                var quotaUs = Math.Max(QuotaUsMin, (long)(cpus * PeriodUs));
                Write(group, "cpu.max", string.Create(CultureInfo.InvariantCulture, $"{quotaUs} {PeriodUs}"));
            }

            return (group, null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Remove(group);
            return (null, error.Message);
        }
    }

    /// <summary>Makes a group without limits, so that an instance is out of its caller's.</summary>
    public static string CreateApart(string parent, string name) =>
        Directory.CreateDirectory(Path.Combine(parent, NamePrefix + name)).FullName;

    /// <summary>Ends everything in the group at once, also what left the process group (Linux 5.14).</summary>
    public static void Kill(string group)
    {
        var kill = Path.Combine(group, "cgroup.kill");
        if (File.Exists(kill))
        {
            File.WriteAllText(kill, "1");
        }
    }

    /// <summary>Removes an empty group.</summary>
    /// <returns>Whether it is gone; false while a process that left the instance's process group is still in it.</returns>
    public static bool Remove(string group)
    {
        try
        {
            Directory.Delete(group, recursive: false);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? FindParent(string? allocation, string procDirectory) =>
        CgroupMount.Read(procDirectory).FirstOrDefault(mount => mount.Hierarchy.Length == 0) is { } mount
            ? Path.Combine(mount.Point, CallerGroups.Above(mount.Own, allocation))
            : null;

    /// <summary>Hands the controllers down to the parent's children.</summary>
    /// <returns>Why that cannot be; null when it is so.</returns>
    private static string? Prepare(string parent)
    {
        var available = ReadWords(parent, "cgroup.controllers");
        var missing = Controllers.Except(available).ToArray();
        if (missing.Length > 0)
        {
            return $"the cgroup {parent} has no {string.Join(" and no ", missing)} controller";
        }

        var wanted = Controllers.Except(ReadWords(parent, "cgroup.subtree_control")).ToArray();
        if (wanted.Length > 0)
        {
            Write(parent, "cgroup.subtree_control", string.Join(' ', wanted.Select(name => "+" + name)));
        }

        return null;
    }

    private static string[] ReadWords(string group, string file) =>
        File.ReadAllText(Path.Combine(group, file)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static void Write(string group, string file, string value)
    {
        // The kernel made the file with its group: never create, never truncate.
        using var stream = new FileStream(Path.Combine(group, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(value));
    }
}
