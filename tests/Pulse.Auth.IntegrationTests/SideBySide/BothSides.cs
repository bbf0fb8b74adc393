namespace Pulse.Auth.IntegrationTests.SideBySide;

/// <summary>One provider and both APIs, each with the keys in its memory: nothing but the token counts.</summary>
public sealed class BothSides : IAsyncLifetime
{
    internal Provider Provider { get; private set; } = null!;

    internal Side Ours { get; private set; } = null!;

    internal Side Theirs { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Provider = await Provider.StartAsync();
        Ours = await Side.OursAsync(Provider.Issuer);
        Theirs = await Side.TheirsAsync(Provider.Issuer);
        Assert.Equal((200, 200), (await Ours.StatusAsync(Provider.AccessToken()), await Theirs.StatusAsync(Provider.AccessToken())));
    }

    public async Task DisposeAsync()
    {
        await Ours.DisposeAsync();
        await Theirs.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
