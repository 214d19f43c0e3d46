using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Clouds.Tests.Azure;

/// <summary>
/// Microsoft's compiler of templates for Azure, as a judge: it knows the fields of each resource, and needs no network for that.
/// </summary>
internal static class Bicep
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static string Program { get; } = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(one => one.Key == "Bicep").Value!;

    /// <summary>What it finds wrong with virtual machines, a line each; nothing where all is well.</summary>
    public static async Task<string[]> JudgeAsync(CancellationToken cancellationToken, params IEnumerable<JsonObject> machines)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64,
            "the cloud has no judge here: Bicep's executable is for Linux on x64");
        var directory = Directory.CreateTempSubdirectory("muster-bicep-");
        try
        {
            var resources = machines.Select((machine, index) =>
            {
                var resource = (JsonObject)machine.DeepClone();
                resource["type"] = "Microsoft.Compute/virtualMachines";
                resource["apiVersion"] = Muster.Clouds.Azure.Api.AzureApi.Compute;
                resource["name"] = $"machine{index}";
                return resource;
            });
            var template = new JsonObject
            {
                ["$schema"] = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                ["contentVersion"] = "1.0.0.0",
                ["resources"] = new JsonArray([.. resources]),
            };
            await File.WriteAllTextAsync(
                Path.Combine(directory.FullName, "main.json"), template.ToJsonString(JsonSerializerOptions.Default), cancellationToken);
            var (exit, said) = await RunAsync(directory.FullName, cancellationToken, "decompile", "main.json", "--force");
            Assert.True(exit == 0, said);
            (_, said) = await RunAsync(directory.FullName, cancellationToken, "build", "main.bicep", "--stdout");
            // What the compiler says. Its linter has opinions, too, on how a template is written, which nobody sends.
            return [.. said.Split('\n').Where(
                line => line.Contains(" BCP", StringComparison.Ordinal) || line.Contains(": Error", StringComparison.Ordinal))];
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<(int Exit, string Said)> RunAsync(
        string directory, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            WorkingDirectory = directory, RedirectStandardError = true, RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(both.Token);
            var said = await process.StandardError.ReadToEndAsync(both.Token);
            await output;
            await process.WaitForExitAsync(both.Token);
            return (process.ExitCode, said);
        }
        finally
        {
            process.Kill();
        }
    }
}
