namespace Pulse.ReferenceHost.Demo;

/// <summary>Something the system promises, and how to see it. Observing answers the evidence or throws.</summary>
internal sealed record Promise(string Name, Func<DemoWorld, CancellationToken, Task<string>> ObserveAsync);
