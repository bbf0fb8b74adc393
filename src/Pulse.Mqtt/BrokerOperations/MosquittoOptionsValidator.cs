using System.Net;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>Checks the settings at start; every message names the setting and what it may be.</summary>
internal sealed class MosquittoOptionsValidator : IValidateOptions<MosquittoOptions>
{
    public ValidateOptionsResult Validate(string? name, MosquittoOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        Check(!string.IsNullOrWhiteSpace(options.AclFile), nameof(options.AclFile), "be the path of the ACL file");
        Check(options.MaxUsers is >= 1 and <= AclLinter.MaxUsers, nameof(options.MaxUsers), $"be from 1 to {AclLinter.MaxUsers}; beyond, use the Pulse endpoint");
        Check(options.PidFile.Length == 0 || options.SignalCommand.Count == 0, nameof(options.PidFile), $"be empty when {nameof(options.SignalCommand)} is set");
        Check(!string.IsNullOrWhiteSpace(options.Host), nameof(options.Host), "be the broker's host");
        Check(options.Port is >= 1 and <= 65_535, nameof(options.Port), "be from 1 to 65535");
        Check(options.DevicePort is >= 1 and <= 65_535, nameof(options.DevicePort), "be from 1 to 65535");
        Check(options.RevokedCertificate is null or { HasPrivateKey: true }, nameof(options.RevokedCertificate), "have its private key");
        Check(!options.AllowPlaintextOnLoopback || IsLoopback(options.Host), nameof(options.AllowPlaintextOnLoopback), "be false unless Host is a loopback address");
        Check(options.UserName.Length > 0, nameof(options.UserName), "be the name of the service account");
        Check(options.Password.Length > 0, nameof(options.Password), "be the password of the service account");
        CheckTime(options.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), nameof(options.Timeout));
        CheckTime(options.CanaryInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(options.CanaryInterval));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool holds, string setting, string rule)
        {
            if (!holds)
            {
                failures.Add($"{MosquittoOptions.SectionName}: {setting} must {rule}.");
            }
        }

        void CheckTime(TimeSpan value, TimeSpan least, TimeSpan most, string setting) =>
            Check(value >= least && value <= most, setting, $"be from {least} to {most}");
    }

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
