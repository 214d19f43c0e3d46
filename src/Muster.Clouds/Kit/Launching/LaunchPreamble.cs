using Muster.Clouds.Kit.Templates;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Kit.Launching;

/// <summary>What each launch does before its first call.</summary>
internal static class LaunchPreamble
{
    /// <summary>Gives up where nobody waits any more, and refuses a template that cannot be: then surely nothing happened.</summary>
    /// <returns>What to launch.</returns>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.InvalidRequest"/>: says everything that is wrong with the template.
    /// </exception>
    public static T Begin<T>(LaunchRequest request, Func<Template, TemplateReading<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        return read(request.Template).Required;
    }
}
