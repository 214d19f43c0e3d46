using System.Collections.Immutable;

using Muster.Terraform.Planning;
using Muster.Terraform.Resources;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Support;

/// <summary>What Terraform itself does around a provider's plan: it proposes, and it checks what comes back.</summary>
internal static class TerraformCore
{
    /// <summary>A plan as Terraform asks for it, checked.</summary>
    public static ChangeDraft Plan(IResource resource, Value prior, Value.Mapping config)
    {
        var draft = ChangePlanner.Plan(resource.Schema, prior, config, Propose(resource.Schema.Attributes, prior, config), resource.Refine);
        CheckPlan(resource.Schema.Attributes, prior, config, draft.Planned);
        return draft;
    }

    /// <summary>What the user wrote, over what is so where the provider decides.</summary>
    public static Value.Mapping Propose(ImmutableArray<SchemaAttribute> attributes, Value prior, Value.Mapping config)
    {
        var before = prior is Value.Mapping known ? new Fields(known) : new Fields(Value.Object());
        return Value.Object(attributes.Select(attribute => (attribute.Name, (attribute.Type, config.Items[attribute.Name]) switch
        {
            (_, { IsNull: true }) => attribute.IsComputed ? before[attribute.Name] : Value.Null,
            (AttributeType.ObjectType { IsList: false } nested, Value.Mapping inner) =>
                Propose(nested.Attributes, before[attribute.Name], inner),
            (AttributeType.ObjectType { IsList: true } nested, Value.Sequence items) => new Value.Sequence(
            [
                .. items.Items.Select(
                    (item, index) => Propose(nested.Attributes, At(before[attribute.Name], index), (Value.Mapping)item)),
            ]),
            var (_, value) => value,
        })));
    }

    /// <summary>A plan must give what the user wrote, or keep what is so, and decide only what is computed.</summary>
    public static void CheckPlan(ImmutableArray<SchemaAttribute> attributes, Value prior, Value.Mapping config, Value.Mapping planned)
    {
        Assert.Equal(attributes.Select(attribute => attribute.Name).Order(StringComparer.Ordinal), planned.Items.Keys);
        var before = prior is Value.Mapping known ? new Fields(known) : new Fields(Value.Object());
        foreach (var attribute in attributes)
        {
            var (written, wanted) = (config.Items[attribute.Name], planned.Items[attribute.Name]);
            if (written.IsNull)
            {
                Assert.True(attribute.IsComputed || wanted.IsNull, $"{attribute.Name} is not the provider's to decide");
            }
            else if (attribute.Type is AttributeType.ObjectType { IsList: false } nested && written is Value.Mapping inner)
            {
                CheckPlan(nested.Attributes, before[attribute.Name], inner, Assert.IsType<Value.Mapping>(wanted));
            }
            else if (attribute.Type is AttributeType.ObjectType { IsList: true } block && written is Value.Sequence list)
            {
                var items = Assert.IsType<Value.Sequence>(wanted).Items;
                Assert.Equal(list.Items.Length, items.Length);
                for (var i = 0; i < items.Length; i++)
                {
                    CheckPlan(
                        block.Attributes,
                        At(before[attribute.Name], i),
                        (Value.Mapping)list.Items[i],
                        Assert.IsType<Value.Mapping>(items[i]));
                }
            }
            else
            {
                Assert.True(
                    wanted == written || wanted == before[attribute.Name], $"{attribute.Name} is written {written} and planned {wanted}");
            }
        }
    }

    /// <summary>What comes of an apply must be wholly known, and be what the plan knew.</summary>
    public static void CheckApplied(Value planned, Value applied)
    {
        Assert.False(applied.IsUnknown);
        switch (planned, applied)
        {
            case ({ IsUnknown: true }, _):
                Assert.False(HasUnknown(applied), $"{applied} is not wholly known");
                break;
            case (Value.Mapping wanted, Value.Mapping found):
                Assert.Equal(wanted.Items.Keys, found.Items.Keys);
                foreach (var (key, value) in wanted.Items)
                {
                    CheckApplied(value, found.Items[key]);
                }

                break;
            default:
                Assert.Equal(planned, applied);
                break;
        }
    }

    /// <summary>Terraform holds the objects of a list against those that stood in the same places.</summary>
    private static Value At(Value list, int index) =>
        list is Value.Sequence before && index < before.Items.Length ? before.Items[index] : Value.Null;

    private static bool HasUnknown(Value value) => value switch
    {
        Value.Pending => true,
        Value.Sequence list => list.Items.Any(HasUnknown),
        Value.Mapping map => map.Items.Values.Any(HasUnknown),
        _ => false,
    };
}
