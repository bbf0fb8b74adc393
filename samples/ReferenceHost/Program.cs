using System.Runtime.InteropServices;
using Pulse.ReferenceHost.Cli;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

return await CommandLine.RunAsync(args, stop.Token);

void Stop(PosixSignalContext context)
{
    // Cancelling the signal's default action leaves time to stop in order; a second one ends the process at once.
    context.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
