using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Local;

/// <summary>The kind <c>local</c>: processes of this machine.</summary>
internal sealed class LocalKind : ICloudKind
{
    /// <inheritdoc/>
    public string Name => "local";

    /// <inheritdoc/>
    public KindDescription Description => LocalDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken) =>
        Task.FromResult<ICloud>(LocalCloud.Open(Read(setup), setup.Time, setup.Random));

    /// <summary>The options as written, checked one by one; <see cref="LocalCloudOptions.Check"/> does what goes with what.</summary>
    internal static LocalCloudOptions Read(CloudSetup setup)
    {
        var reader = new SetupReader(setup, LocalDescription.Kind.Options);
        var options = new LocalCloudOptions
        {
            Directory = reader.Read(LocalDescription.Directory) ?? Path.Combine(setup.DataDirectory, "clouds", setup.Name),
            DataDirectory = setup.DataDirectory,
            SelfPath = setup.SelfPath,
            Say = line => setup.Say($"{setup.Name}: {line}"),
            SearchPath = reader.Read(LocalDescription.SearchPath),
            StopGrace = reader.Read(LocalDescription.StopGrace),
            PortFirst = reader.Read(LocalDescription.PortFirst),
            PortLast = reader.Read(LocalDescription.PortLast),
            SpentRetention = TimeSpan.FromHours(reader.Read(LocalDescription.SpentRetentionHours)),
            LogsKeptMax = reader.Read(LocalDescription.LogsKeptMax),
            ControlGroupParent = reader.Read(LocalDescription.ControlGroupParent),
            Zones = reader.Read(LocalDescription.Zones),
            Stock = reader.Read(LocalDescription.Stock),
            RunAs = reader.Read(LocalDescription.RunAs),
            RunAsDirectory = reader.Read(LocalDescription.RunAsDirectory),
        };
        try
        {
            options.Check();
        }
        catch (InputException error)
        {
            // Not only of options that are written: a default may be what does not go with them.
            foreach (var wrong in error.Errors)
            {
                reader.Refuse(Named(setup, wrong));
            }
        }

        reader.ThrowIfWrong();
        return options;
    }

    private static InputError Named(CloudSetup setup, InputError wrong) =>
        wrong.Field == LocalCloudOptions.DataField
            // It is an option of the server's; what asks for it is this one.
            ? new(setup.FieldOf("run_as"), setup.Options["run_as"], $"a user whom {wrong.Value} keeps out: it must be {wrong.Allowed}")
            : wrong with { Field = setup.FieldOf(wrong.Field), Value = setup.Options.GetValueOrDefault(wrong.Field, wrong.Value ?? "") };
}
