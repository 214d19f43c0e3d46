using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>Which form it is.</summary>
internal static class SpreadForms
{
    public static SpreadForm Of(Fields group) => (group["placement"], group["zones"]) switch
    {
        (Value.Sequence { Items.IsEmpty: false }, _) => SpreadForm.Placements,
        ({ IsUnknown: true }, _) or (_, { IsUnknown: true }) => SpreadForm.Unknown,
        (_, { IsNull: true }) => SpreadForm.Alone,
        _ => SpreadForm.Zones,
    };
}
