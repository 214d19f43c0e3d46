namespace Muster.Terraform.Groups;

/// <summary>In which of its three forms a configuration, a plan or a state says where a group lives.</summary>
internal enum SpreadForm
{
    /// <summary>A template alone.</summary>
    Alone,

    /// <summary>A template in several zones.</summary>
    Zones,

    /// <summary>Placements, one by one.</summary>
    Placements,

    /// <summary>Something that is not known yet says it.</summary>
    Unknown,
}
