using Muster.Clouds.Ec2.Templates;
using Muster.Clouds.Ec2.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Ec2;

/// <summary>Launches instances, one a client token.</summary>
internal sealed class Ec2Launcher(Ec2Api api, Ec2Listing listing, Ec2Images images, Ec2Subnets subnets, Ec2Zones zones)
{
    /// <summary>Launches one, or finds what an earlier call of the launch made.</summary>
    public async Task<Ec2Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var spec = LaunchPreamble.Begin(request, Ec2Templates.Read, cancellationToken, mayHaveZones: true, mayBeInterruptible: true);

        // EC2 forgets tokens some time, and takes one with another image for another request: what is there already is found first.
        if (request.IsRepeat && await listing.FindByTokenAsync(request.Launch.ToString(), cancellationToken) is { } made)
        {
            return made;
        }

        var form = await FormAsync(spec, request, cancellationToken);
        var answer = await api.ChangeAsync(LaunchForm.Mark(form, request, spec), cancellationToken);
        if (answer.IsGood)
        {
            return ReadMade(answer);
        }

        if (Ec2Errors.CodeOf(answer) is Ec2Errors.TokenTerminated or Ec2Errors.TokenMismatch)
        {
            // The token made an instance: no failure to find it says that there is none.
            return await CallDoubt.AfterLaunchAsync(() => listing.FindByTokenAsync(request.Launch.ToString(), cancellationToken))
                ?? throw NotShown(answer, request);
        }

        var refusal = Ec2Errors.Translate(answer, request.Template);
        throw await ZoneRefusal.OrAsync(request, refusal, () => zones.ListAsync(cancellationToken));
    }

    /// <summary>What a template is asked with, without token and tags.</summary>
    public async Task<QueryForm> FormAsync(Ec2Spec spec, LaunchRequest request, CancellationToken cancellationToken)
    {
        var image = await images.ResolveAsync(spec.Image, cancellationToken);
        var subnet = await subnets.ChooseAsync(spec.Subnets, request.Zone, request.Launch, cancellationToken);
        return LaunchForm.Fill(Ec2Api.Form("RunInstances"), spec, image, subnet, request.Zone, request.IsInterruptible);
    }

    private static Ec2Instance ReadMade(HttpAnswer answer)
    {
        var node = Ec2Api.Read(answer).Items("instancesSet").FirstOrDefault();
        var (instance, flaw) = node is null ? (null, "there is no instance in it") : Ec2Instance.Read(node);
        return instance
            ?? throw new CloudException(answer.Doubt, $"{answer.Call} was answered with something that is not understood: {flaw}");
    }

    private static CloudException NotShown(HttpAnswer answer, LaunchRequest request) =>
        Ec2Errors.CodeOf(answer) is Ec2Errors.TokenTerminated
            ? new(
                CloudErrorKind.NotFound,
                $"{answer.Call}: the instance that launch {request.Launch} made has been terminated, and is gone")
            : new(
                CloudErrorKind.Ambiguous,
                $"{answer.Call}: launch {request.Launch} was asked for before with other words, and EC2 does not show yet what came of it");
}
