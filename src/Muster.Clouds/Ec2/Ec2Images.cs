using System.Collections.Concurrent;

using Muster.Clouds.Ec2.Templates;
using Muster.Clouds.Ec2.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Ec2;

/// <summary>Finds out which AMI a template means. Safe to share.</summary>
/// <remarks>
/// The newest of an owner is looked for once in <see cref="FreshFor"/>, and not before each launch: hundreds that are launched at once are
/// then of one image, and cost one call each.
/// </remarks>
/// <param name="api">EC2.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="say">Gets which image is the newest, whenever that changes.</param>
internal sealed class Ec2Images(Ec2Api api, TimeProvider timeProvider, Action<string> say)
{
    private const int RememberedMax = 100;

    /// <summary>How long the newest counts as the newest.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<ImageChoice, (string Image, long At)> _newest = new();

    /// <summary>The image as RunInstances takes it; null for the launch template's.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.InvalidRequest"/>: none fits.</exception>
    public async Task<string?> ResolveAsync(ImageChoice choice, CancellationToken cancellationToken) => choice.Form switch
    {
        ImageForm.LaunchTemplate => null,
        ImageForm.Parameter => $"resolve:ssm:{choice.Text}",
        ImageForm.Latest => await NewestAsync(choice, cancellationToken),
        _ => choice.Text,
    };

    /// <summary>The AMI of that id, or the newest that fits; null when there is none.</summary>
    public async Task<AnswerNode?> FindAsync(ImageChoice choice, CancellationToken cancellationToken)
    {
        var isLatest = choice.Form is ImageForm.Latest;
        var images = await api.LookAllAsync(
            "DescribeImages", "imagesSet",
            form =>
            {
                if (isLatest)
                {
                    form.Add("Owner.1", choice.Owner).Filter(("name", [choice.Text]), ("state", ["available"]));
                }
                else
                {
                    // A filter, and not the id: of one that there is not, EC2 then shows none.
                    form.Filter(("image-id", [choice.Text]));
                }
            },
            timeProvider, cancellationToken);
        return images.Where(image => image.TextOf("imageId") is not null)
            .OrderByDescending(image => image.TextOf("creationDate"), StringComparer.Ordinal)
            .ThenByDescending(image => image.TextOf("imageId"), StringComparer.Ordinal)
            .FirstOrDefault();
    }

    private async Task<string> NewestAsync(ImageChoice choice, CancellationToken cancellationToken)
    {
        if (_newest.TryGetValue(choice, out var known) && timeProvider.GetElapsedTime(known.At) < FreshFor)
        {
            return known.Image;
        }

        var found = await FindAsync(choice, cancellationToken)
            ?? throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"image is 'latest:{choice.Owner}/{choice.Text}': no image of {choice.Owner} in this region has such a name");
        var image = found.TextOf("imageId")!;
        if (known.Image != image)
        {
            say($"image 'latest:{choice.Owner}/{choice.Text}' is {image}, {found.TextOf("name")}");
        }

        if (_newest.Count >= RememberedMax)
        {
            _newest.Clear();
        }

        _newest[choice] = (image, timeProvider.GetTimestamp());
        return image;
    }
}
