using System.Collections.Immutable;

using Muster.Clouds.Ec2.Templates;
using Muster.Clouds.Ec2.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Ec2;

/// <summary>Reads an instance into the fields of a template.</summary>
internal static class Ec2Drafts
{
    /// <summary>What a template for more of its kind would be.</summary>
    public static TemplateDraft Of(Ec2Instance instance)
    {
        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (value is { Length: > 0 })
            {
                options[name] = value;
            }
        }

        Add(Ec2TemplateOptions.SecurityGroups.Name, string.Join(' ', instance.Groups));
        Add(Ec2TemplateOptions.KeyName.Name, instance.KeyName);
        Add(Ec2TemplateOptions.Profile.Name, instance.Profile);
        Add(Ec2TemplateOptions.HttpTokens.Name, instance.HttpTokens);
        var leftOut = ImmutableArray.CreateBuilder<string>();
        leftOut.Add("its disks: those of the image are made; others are said with the option block_devices");
        leftOut.Add("its user data, which may hold secrets");
        if (instance.Lifecycle is "spot")
        {
            leftOut.Add("that it is a spot instance: a group's placement says that, with interruptible");
        }

        return new()
        {
            Image = instance.Image ?? "",
            Size = instance.Type,
            Networks = instance.Subnet is { } subnet ? [subnet] : [],
            Tags = Ec2Tags.Read(instance.Tags).RemoveRange(instance.Tags.Keys.Where(key =>
                key.StartsWith(MusterTags.Prefix, StringComparison.Ordinal)
                || key.StartsWith(Ec2Tags.AmazonPrefix, StringComparison.OrdinalIgnoreCase))),
            Options = options.ToImmutable(),
            LeftOut = leftOut.ToImmutable(),
        };
    }
}
