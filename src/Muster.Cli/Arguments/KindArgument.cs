using System.CommandLine;

using Muster.Clouds;
using Muster.Clouds.Kit;

namespace Muster.Cli.Arguments;

/// <summary>A kind of cloud.</summary>
internal sealed class KindArgument : Argument<ICloudKind>, IOffersWords
{
    public KindArgument()
        : base("KIND")
    {
        Description = $"Kind of the cloud: {string.Join(", ", CloudKinds.Names)}.";
        CustomParser = result =>
        {
            var word = result.Tokens[^1].Value;
            if (CloudKinds.Find(word) is { } kind)
            {
                return kind;
            }

            result.AddError($"KIND is '{word}': {string.Join(", ", CloudKinds.Names)}");
            return null!;
        };
    }

    /// <inheritdoc/>
    public IEnumerable<string> Offered => CloudKinds.Names;
}
