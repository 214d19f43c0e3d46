using Muster.Cli;
using Muster.Cli.Terminals;
using Muster.Clouds.Kit.Programs;

// One call to the kernel. The runtime does this for programs that it compiles on the way, and not for native ones.
OpenFiles.Raise();
return await MusterProgram.RunAsync(args, Terminal.OfProcess(), CancellationToken.None);
