using System.Collections.Immutable;

using Muster.Terraform.Findings;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Planning;

/// <summary>
/// Makes the plan for one object from its schema: pure, and the same again for the same input, since Terraform plans twice and
/// holds the second plan against the first.
/// </summary>
internal static class ChangePlanner
{
    /// <param name="schema">The resource's.</param>
    /// <param name="prior">What is so, or null.</param>
    /// <param name="config">What the user wrote.</param>
    /// <param name="proposed">Terraform's proposal: what the user wrote, over what is so where the provider decides.</param>
    /// <param name="refine">What the resource itself knows better; sees defaults and unknowns in their places.</param>
    public static ChangeDraft Plan(Schema schema, Value prior, Value config, Value proposed, Action<ChangeDraft> refine)
    {
        var written = Fields.Of(config);
        var planned = PutDefaults(schema.Attributes, written.Object, Fields.Of(proposed).Object);
        var draft = new ChangeDraft
        {
            Prior = prior is Value.Mapping known ? new Fields(known) : null,
            Config = written,
            Planned = prior.IsNull ? LeaveOpen(schema.Attributes, written.Object, planned) : planned,
        };
        refine(draft);
        if (draft.Prior is { } before)
        {
            if (draft.IsChange)
            {
                draft.Planned = draft.Planned.With(
                    schema.Attributes.Where(attribute => attribute.IsStatus).Select(attribute => (attribute.Name, Value.Unknown)));
            }

            draft.Replaces =
            [
                .. draft.Replaces,
                .. schema.Attributes
                    .Where(attribute => attribute.Replaces && !Settling.IsSame(draft.Planned.Items[attribute.Name], before[attribute.Name]))
                    .Select(attribute => AttributePath.Of(attribute.Name)),
            ];
        }

        return draft;
    }

    /// <summary>
    /// What holds where the configuration says nothing, also in each object of a list: there, what was so before may be another one's.
    /// </summary>
    private static Value.Mapping PutDefaults(ImmutableArray<SchemaAttribute> attributes, Value.Mapping config, Value.Mapping planned) =>
        planned.With(attributes.Select(attribute => (
            attribute.Name,
            (attribute.Type, config.Items[attribute.Name], planned.Items[attribute.Name]) switch
            {
                (_, { IsNull: true }, _) when attribute.Default is { } otherwise => otherwise,
                (AttributeType.ObjectType { IsList: true } nested, Value.Sequence given, Value.Sequence items) => new Value.Sequence(
                [
                    .. given.Items.Zip(items.Items, (one, item) => one is Value.Mapping inner && item is Value.Mapping wanted
                        ? PutDefaults(nested.Attributes, inner, wanted)
                        : item),
                ]),
                var (_, _, value) => value,
            })));

    /// <summary>Of a new object, what the provider gives is unknown until it is there.</summary>
    private static Value.Mapping LeaveOpen(ImmutableArray<SchemaAttribute> attributes, Value.Mapping config, Value.Mapping planned) =>
        planned.With(attributes.Select(attribute => (attribute.Name, (attribute.Type, planned.Items[attribute.Name]) switch
        {
            (_, { IsNull: true }) when attribute.IsComputed => Value.Unknown,
            (AttributeType.ObjectType { IsList: false } nested, Value.Mapping inner)
                when config.Items[attribute.Name] is Value.Mapping given =>
                LeaveOpen(nested.Attributes, given, inner),
            var (_, value) => value,
        })));
}
