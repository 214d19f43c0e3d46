using System.CommandLine;

using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Core;
using Muster.Core.Storage;
using Muster.Nomad.Jobs;

namespace Muster.Cli.Commands.Nomad;

/// <summary><c>muster nomad job</c></summary>
internal sealed class NomadJobCommand : ClientCommand
{
    private readonly NameArgument _name = new("group");

    private readonly FileOption _config = new("--config")
    {
        Description = "The server's configuration file: its [nomad] says how jobs are made.",
        Required = true,
    };

    private readonly Option<bool> _hcl = new("--hcl")
    {
        Description = "Print HCL, which is what is printed unless --json asks for the document that is sent.",
    };

    public NomadJobCommand(Terminal terminal)
        : base(
            terminal, "job", "Show the Nomad job that checks a group, as it would be registered.",
            "muster nomad job web --config muster.toml",
            "muster nomad job web --config muster.toml --json | nomad job run -json -")
    {
        Add(_name);
        Add(_config);
        Add(_hcl);
        Validators.Add(result =>
        {
            if (result.GetValue(_hcl) && result.GetValue<bool>("--json"))
            {
                result.AddError("--hcl and --json are two ways to print it: give one of them");
            }
        });
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var path = parse.GetRequiredValue(_config)!.ToString();
        var nomad = ConfigReader.Read(path, Terminal).Nomad;
        if (!nomad.IsGiven)
        {
            throw new CliException(ExitCode.Usage, $"{path} has no [nomad] that says how jobs are made");
        }

        var group = await client.GetGroupAsync(parse.GetRequiredValue(_name), cancellationToken);
        var status = await client.GetStatusAsync(cancellationToken);
        var caller = await client.WhoAmIAsync(cancellationToken);
        var account = new AccountId(caller.AccountId);
        var wanted = nomad.Jobs.Unit is JobUnit.Sweep && group.Clouds is null
            ? await SweepJobAsync(client, account, group, cancellationToken)
            : GroupJob(account, group);
        var document = JobDocument.Make(new(status.InstallationId), wanted, nomad.Jobs, nomad.Options.Region, nomad.Options.Namespace);
        Terminal.Out.Write(WantsJson(parse) ? $"{document.ToJson()}\n" : document.ToHcl());
        return ExitCode.Ok;
    }

    private static WantedJob GroupJob(AccountId account, GroupView group)
    {
        var id = new GroupId(group.Id);
        return new()
        {
            Key = JobKey.Of(id),
            Account = account,
            Group = id,
            Name = group.Name,
            Interval = TimeSpan.FromSeconds(group.IntervalS),
            Generation = group.Version,
        };
    }

    /// <summary>The job of all groups that live on the same cloud as this one, and on no other.</summary>
    private static async Task<WantedJob> SweepJobAsync(
        MusterClient client, AccountId account, GroupView group, CancellationToken cancellationToken)
    {
        var clouds = await MusterClient
            .AllAsync(page => client.ListTemplatesAsync(page, includeArchived: true, cancellationToken), cancellationToken)
            .ToDictionaryAsync(template => template.Id, template => template.Cloud, cancellationToken: cancellationToken);
        var groups = await MusterClient
            .AllAsync(page => client.ListGroupsAsync(page, includeArchived: false, cancellationToken), cancellationToken)
            .ToListAsync(cancellationToken);
        var cloud = clouds[group.TemplateId];
        return new()
        {
            Key = JobKey.Of(new SweepKey(account, cloud)),
            Account = account,
            Cloud = cloud,
            Name = cloud,
            Interval = groups
                .Where(other => other.Clouds is null && clouds.GetValueOrDefault(other.TemplateId) == cloud)
                .Append(group)
                .Min(other => TimeSpan.FromSeconds(other.IntervalS)),
        };
    }
}
