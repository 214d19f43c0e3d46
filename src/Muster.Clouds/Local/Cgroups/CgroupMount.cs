namespace Muster.Clouds.Local.Cgroups;

/// <summary>One mounted hierarchy of cgroups, and where this process is in it; see cgroups(7) and proc_pid_mountinfo(5).</summary>
/// <param name="Hierarchy">Empty for the unified one (v2); otherwise a controller of it, or its name as <c>name=...</c>.</param>
/// <param name="Point">Where it is mounted.</param>
/// <param name="Own">This process's group below the mount, without a slash before it; empty for the top.</param>
internal sealed record CgroupMount(string Hierarchy, string Point, string Own)
{
    /// <summary>Every hierarchy that is mounted and that this process is visibly in; the unified one first.</summary>
    public static IReadOnlyList<CgroupMount> Read(string procDirectory)
    {
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Path.Combine(procDirectory, "cgroup")))
        {
            // "0::/path" is the v2 entry, others are "7:cpu,cpuacct:/path". A path may hold colons.
            if (line.Split(':', 3) is [_, var controllers, ['/', ..] path])
            {
                foreach (var controller in controllers.Split(','))
                {
                    own.TryAdd(controller, path);
                }
            }
        }

        return
        [
            .. File.ReadLines(Path.Combine(procDirectory, "mountinfo"))
                .SelectMany(line => OfLine(line, own))
                .DistinctBy(mount => mount.Hierarchy)
                .OrderBy(mount => mount.Hierarchy, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<CgroupMount> OfLine(string line, Dictionary<string, string> own)
    {
        var fields = line.Split(' ');
        var dash = Array.IndexOf(fields, "-");
        if (dash <= 4 || fields.Length <= dash + 1)
        {
            yield break;
        }

        var (root, point, type) = (fields[3], fields[4], fields[dash + 1]);
        string[] hierarchies = type switch
        {
            "cgroup2" => [""],
            "cgroup" when fields.Length > dash + 3 => fields[dash + 3].Split(','),
            _ => [],
        };
        foreach (var hierarchy in hierarchies)
        {
            if (own.TryGetValue(hierarchy, out var path) && Below(root, path) is { } below)
            {
                yield return new CgroupMount(hierarchy, point, below);
            }
        }
    }

    /// <summary>A path of the hierarchy as seen below a mount of a part of it; null when it is not in that part.</summary>
    private static string? Below(string root, string path)
    {
        var below = root == "/" ? path
            : path == root ? "/"
            : path.StartsWith(root + "/", StringComparison.Ordinal) ? path[root.Length..]
            : null;
        // "/.." is above what a cgroup namespace shows.
        return below is null || below.StartsWith("/..", StringComparison.Ordinal) ? null : below.Trim('/');
    }
}
