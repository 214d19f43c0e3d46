namespace Muster.Clouds.Tests.Local.Cgroups;

/// <summary>Plain directories laid out like cgroup v2, for machines that have none to give away.</summary>
internal static class FakeControlGroups
{
    public static void MakeParent(string parent, string controllers = "cpuset cpu io memory pids", string enabled = "")
    {
        Directory.CreateDirectory(parent);
        File.WriteAllText(Path.Combine(parent, "cgroup.controllers"), controllers + "\n");
        File.WriteAllText(Path.Combine(parent, "cgroup.subtree_control"), enabled);
    }

    /// <summary>A group as the kernel would fill it the moment it is made; plain directories have to be filled before.</summary>
    public static string MakeGroup(string parent, string name)
    {
        var group = Directory.CreateDirectory(Path.Combine(parent, "muster-" + name)).FullName;
        foreach (var file in new[] { "memory.max", "memory.oom.group", "cpu.max", "cgroup.procs" })
        {
            File.WriteAllText(Path.Combine(group, file), "");
        }

        return group;
    }
}
