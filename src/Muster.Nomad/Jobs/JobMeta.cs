namespace Muster.Nomad.Jobs;

/// <summary>What a job says of itself in its meta. Tasks see them as <c>NOMAD_META_muster_group</c> and so on.</summary>
internal static class JobMeta
{
    /// <summary>Which installation made it.</summary>
    public const string Installation = "muster_installation";

    /// <summary>Whose groups it checks.</summary>
    public const string Account = "muster_account";

    /// <summary>Which group it checks, by id.</summary>
    public const string Group = "muster_group";

    /// <summary>Which group it checks, by name; for people.</summary>
    public const string GroupName = "muster_group_name";

    /// <summary>The version of the group that it was made for.</summary>
    public const string Generation = "muster_generation";

    /// <summary>Which cloud's groups it checks.</summary>
    public const string Cloud = "muster_cloud";
}
