using BenchmarkDotNet.Running;
using Pulse.Benchmarks.Ratios;

return args switch
{
    ["ratios", .. var names] => await RatioCommand.RunAsync(names, Console.Out, Console.Error),
    ["detail", .. var options] => BenchmarkSwitcher.FromAssembly(typeof(Ratio).Assembly).Run(options).Any() ? 0 : 1,
    _ => RatioCommand.Refuse(Console.Error),
};
