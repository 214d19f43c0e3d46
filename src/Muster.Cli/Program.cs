using Muster.Cli;
using Muster.Cli.Terminals;

return await MusterProgram.RunAsync(args, Terminal.OfProcess(), CancellationToken.None);
