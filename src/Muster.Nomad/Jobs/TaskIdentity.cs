using Muster.Core;

namespace Muster.Nomad.Jobs;

/// <summary>The identity that a job asks Nomad to give its task.</summary>
internal static class TaskIdentity
{
    /// <summary>Its name in the job, and in the name of its file.</summary>
    public const string Name = "muster";

    /// <summary>Where the task finds it. The one argument that Nomad's client is meant to read as a template.</summary>
    public const string File = $"${{NOMAD_SECRETS_DIR}}/nomad_{Name}.jwt";

    /// <summary>Whom it is for: one installation, so that one who may look at it there can do nothing with it elsewhere.</summary>
    public static string AudienceOf(InstallationId installation) => $"muster-{installation}";
}
