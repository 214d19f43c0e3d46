using System.Text;
using System.Text.Json;

using Muster.Core;
using Muster.Triton.Errors;
using Muster.Triton.Wire;

namespace Muster.Triton.Facade;

/// <summary>A group as somebody asks for it: read and checked in the original's order, with its texts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Template">Its template's id, as written.</param>
/// <param name="Capacity">How many; 0 to the facade's limit.</param>
internal sealed record TsgGroupBody(string Name, string Template, int Capacity)
{
    /// <summary>Most instances of a group of the original.</summary>
    public const int CapacityMax = 100;

    /// <exception cref="TsgException">422: something is wrong with it.</exception>
    public static async Task<TsgGroupBody> ReadAsync(HttpRequest request, int capacityLimit, CancellationToken cancellationToken)
    {
        string name, template;
        long capacity;
        try
        {
            using var body = await GoBody.ReadAsync(request, cancellationToken);
            body.Ignore("id");
            body.IgnoreTime("created_at");
            body.IgnoreTime("updated_at");
            (name, template, capacity) = (body.Text("group_name"), body.Text("template_id"), body.Whole("capacity"));
        }
        catch (JsonException)
        {
            throw TsgException.Invalid(TsgTexts.UnreadableBody);
        }

        if (WhatIsWrong(name, template, capacity, Math.Min(capacityLimit, CapacityMax)) is { } wrong)
        {
            throw TsgException.Invalid(wrong);
        }

        return new(name, template, (int)capacity);
    }

    private static string? WhatIsWrong(string name, string template, long capacity, int capacityMax) =>
        name.Length == 0 ? "group name cannot be empty"
        : Encoding.UTF8.GetByteCount(name) > EntityName.LengthMax ? $"group name cannot be more than {EntityName.LengthMax} characters"
        : !EntityName.IsValid(name) ? $"group name must be {EntityName.RuleFor(name)}"
        : !TsgUuid.IsValid(template) ? "template ID must be a valid UUID"
        : capacity < 0 ? "group capacity cannot be a negative number"
        : capacity > capacityMax ? $"group capacity cannot be more than {capacityMax} compute instances"
        : null;
}
