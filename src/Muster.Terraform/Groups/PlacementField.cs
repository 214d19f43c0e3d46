using Muster.Api.Groups;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>One thing that a placement says: as an attribute, and the way from the API and to it.</summary>
/// <param name="Attribute">As users write it.</param>
/// <param name="Read">What the server says of it.</param>
/// <param name="Write">Adds what a block says of it; unknown and null are left out.</param>
internal sealed record PlacementField(
    SchemaAttribute Attribute, Func<PlacementView, Value> Read, Func<PlacementInput, Fields, PlacementInput> Write);
