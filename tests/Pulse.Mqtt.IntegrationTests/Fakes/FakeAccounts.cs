using System.Text;

namespace Pulse.Mqtt.IntegrationTests;

public sealed class FakeAccounts : IServiceAccounts
{
    public const string UserName = "service_pulse";
    public const string Password = "correct horse";

    public ValueTask<bool> VerifyAsync(string userName, ReadOnlyMemory<byte> password, CancellationToken cancellationToken) =>
        ValueTask.FromResult(userName == UserName && Encoding.UTF8.GetString(password.Span) == Password);
}
