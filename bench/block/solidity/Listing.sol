// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

interface IConfigurator {
    struct Reserve {
        address aTokenImpl;
        address stableDebtTokenImpl;
        address variableDebtTokenImpl;
        uint8 underlyingAssetDecimals;
        address interestRateStrategyAddress;
        address underlyingAsset;
        address treasury;
        address incentivesController;
        string aTokenName;
        string aTokenSymbol;
        string variableDebtTokenName;
        string variableDebtTokenSymbol;
        string stableDebtTokenName;
        string stableDebtTokenSymbol;
        bytes params;
    }

    function initReserves(Reserve[] calldata reserves) external;
    function configureReserveAsCollateral(address asset, uint256 ltv, uint256 threshold, uint256 bonus) external;
    function setReserveBorrowing(address asset, bool enabled) external;
    function setReserveFactor(address asset, uint256 factor) external;
}

/** Lists assets at Aave, and is the oracle that says they all cost the same. */
contract Listing {
    function getAssetPrice(address) external pure returns (uint256) {
        return 1e8;
    }

    function list(IConfigurator configurator, address asset, address[4] calldata implementations) external {
        IConfigurator.Reserve[] memory reserves = new IConfigurator.Reserve[](1);
        IConfigurator.Reserve memory reserve = reserves[0];
        reserve.aTokenImpl = implementations[0];
        reserve.stableDebtTokenImpl = implementations[1];
        reserve.variableDebtTokenImpl = implementations[2];
        reserve.interestRateStrategyAddress = implementations[3];
        reserve.underlyingAssetDecimals = 18;
        reserve.underlyingAsset = asset;
        reserve.treasury = address(this);
        reserve.aTokenName = "Supplied";
        reserve.aTokenSymbol = "S";
        reserve.variableDebtTokenName = "Borrowed";
        reserve.variableDebtTokenSymbol = "B";
        reserve.stableDebtTokenName = "Borrowed for good";
        reserve.stableDebtTokenSymbol = "BG";
        configurator.initReserves(reserves);
        configurator.configureReserveAsCollateral(asset, 8000, 8500, 10500);
        configurator.setReserveBorrowing(asset, true);
        configurator.setReserveFactor(asset, 1000);
    }
}
